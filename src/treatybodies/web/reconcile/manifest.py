"""The service manifest (section “Service Manifest”)."""

from pathlib import Path

from treatybodies.web.answers import PROGRAM_VERSION
from treatybodies.web.languages import LANGUAGES
from treatybodies.web.reconcile.batch import BATCH
from treatybodies.web.reconcile.extension import SETTINGS
from treatybodies.web.reconcile.kinds import ROOTS, SCHEMA, SPACE, kinds

PREVIEW = {"width": 430, "height": 180}
"""Pixels that the preview of an entity needs."""


def manifest(base: str, root: str, language: str, ontology: Path) -> dict[str, object]:
    """The manifest of the service at ``root``, whose pages are below ``base``."""
    known = kinds(ontology)

    def service(path: str) -> dict[str, str]:
        return {"service_url": root, "service_path": path}

    return {
        "versions": ["0.1", "0.2"],
        "name": f"UN human rights treaty bodies ({LANGUAGES[language]})",
        "identifierSpace": SPACE,
        "schemaSpace": SCHEMA,
        "documentation": f"{base}/guides/openrefine",
        "logo": f"{base}/static/icon.svg",
        "serviceVersion": PROGRAM_VERSION,
        "defaultTypes": [known[each].described() for each in ROOTS],
        "view": {"url": f"{base}/{{{{id}}}}"},
        "feature_view": {"url": f"{base}/guides/openrefine#{{{{id}}}}"},
        "preview": {"url": f"{root}/preview?id={{{{id}}}}", **PREVIEW},
        "suggest": {
            "entity": service("/suggest/entity"),
            "type": service("/suggest/type"),
            "property": service("/suggest/property"),
        },
        "extend": {"propose_properties": service("/properties"), "property_settings": SETTINGS},
        "batchSize": BATCH,
    }
