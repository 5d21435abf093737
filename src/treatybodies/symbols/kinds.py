"""The kinds of documents that a symbol can tell apart."""

from enum import Enum


class Kind(Enum):
    """A kind of document: its slug, its label, and the ontology's class for it, if there is one.

    The slug of a kind that ``data/tables/documents.csv`` knows is that table's ``type``.
    """

    STATE_REPORT = "state-report", "State report", "StateReport"
    LIST_OF_ISSUES = "list-of-issues", "list of issues", "ListOfIssues"
    LIST_OF_ISSUES_PRIOR_TO_REPORTING = (
        "list-of-issues-prior-to-reporting",
        "list of issues prior to reporting",
        "ListOfIssuesPriorToReporting",
    )
    REPLIES = "replies-to-list-of-issues", "replies to a list of issues", "Replies"
    CONCLUDING_OBSERVATIONS = (
        "concluding-observations",
        "concluding observations",
        "ConcludingObservations",
    )
    FOLLOW_UP_REPORT = "follow-up-report", "follow-up report", "FollowUpReport"
    FOLLOW_UP_EVALUATION = "follow-up-evaluation", "follow-up evaluation", "FollowUpEvaluation"
    ADDITIONAL_INFORMATION = (
        "additional-information",
        "additional information",
        "AdditionalInformation",
    )
    OBSERVATIONS_ON_ADDITIONAL_INFORMATION = (
        "observations-on-additional-information",
        "observations on additional information",
        None,
    )
    COMMON_CORE_DOCUMENT = "common-core-document", "common core document", "CommonCoreDocument"
    GENERAL_COMMENT = "general-comment", "general comment", "GeneralComment"
    JOINT_GENERAL_COMMENT = "joint-general-comment", "joint general comment", "JointGeneralComment"
    VIEWS = "views", "views or decision on a communication", "Views"
    DECISION = "decision", "decision outside the communications procedure", None
    INQUIRY_REPORT = "inquiry-report", "report on an inquiry", None
    VISIT_REPORT = "visit-report", "report on a visit", None
    VISIT_REPLY = "visit-reply", "reply to a report on a visit", None
    AGENDA = "agenda", "provisional agenda", "Agenda"
    SUMMARY_RECORD = "summary-record", "summary record", "SummaryRecord"
    SESSION_DOCUMENT = "session-document", "document of a session", None
    SESSION_PAPER = "session-paper", "paper of limited circulation", None
    NUMBERED_DOCUMENT = "numbered-document", "document of a numbered series", None
    STATES_PARTIES_DOCUMENT = (
        "meeting-of-states-parties",
        "document of the meeting of States parties",
        "StatesPartiesDocument",
    )
    ANNUAL_REPORT = "annual-report", "annual report", "AnnualReport"
    COMPILATION = "compilation", "compilation for all treaty bodies", None
    CHAIRS_DOCUMENT = "chairs-document", "document of the meetings of treaty bodies", None
    DATABASE_DOCUMENT = "database-document", "document that has only a database number", None

    def __init__(self, slug: str, label: str, term: str | None) -> None:
        self.slug = slug
        self.label = label
        self.term = term
