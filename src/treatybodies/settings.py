"""What an operator can set, by option or by an environment variable ``TREATYBODIES_…``."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The service's settings; each is also ``TREATYBODIES_<NAME>`` in the environment."""

    model_config = SettingsConfigDict(env_prefix="TREATYBODIES_", frozen=True)

    build_dir: Path = Field(Path("build"), description="folder that holds the built releases")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on")
    public_url: str = Field(
        "", description="URL under which clients reach the service, when a proxy stands before it"
    )
    base_iri: str = Field(
        "https://w3id.org/treatybodies/",
        description="what relative IRIs in queries resolve against",
    )
    workers: int = Field(8, ge=1, le=64, description="query worker processes")
    reserved_workers: int = Field(
        2, ge=0, description="workers that heavy queries (over 100 ms) leave to short ones"
    )
    queue_length: int = Field(64, ge=0, description="queries that may wait for a worker")
    query_seconds: float = Field(
        10.0,
        gt=0,
        description="time one query may take from the request on, waiting included, in seconds",
    )
    query_cpu_seconds: float = Field(
        10.0, gt=0, description="processor time one query may use, in seconds"
    )
    query_memory_mb: int = Field(
        1024, ge=64, description="memory one query may add to its worker, in MiB"
    )
    result_mb: int = Field(256, ge=1, description="largest result of one query, in MiB")
    query_kb: int = Field(128, ge=1, description="longest query text, in KiB")
    header_kb: int = Field(32, ge=4, description="largest head of a request beside its URL, in KiB")
    connections: int = Field(1000, ge=1, description="connections that may be open at once")
    client_seconds: float = Field(
        30.0,
        gt=0,
        description="time to send a request, or to take the next part of an answer, in seconds",
    )
    client_queries: int = Field(
        8, ge=1, description="queries of one client that may run or wait at once"
    )
    client_cpu_seconds: float = Field(
        60.0, gt=0, description="processor time one client may use in one go, in seconds"
    )
    client_cpu_rate: float = Field(
        0.5, gt=0, description="processor time that each client regains in a second, in seconds"
    )
    exempt_clients: str = Field(
        "127.0.0.0/8,::1",
        description="addresses and networks without limits of their own, with commas between",
    )
    trusted_proxies: str = Field(
        "127.0.0.1,::1", description="proxies whose X-Forwarded-For and -Proto are believed"
    )
    cache_mb: int = Field(
        128, ge=0, description="memory for answers that are asked for again, in MiB; 0 for none"
    )
    web_workers: int = Field(
        0,
        ge=0,
        le=64,
        description="web processes that share the port; 0 for as many as processors, at most 4",
    )
    log: Literal["text", "json"] = Field(
        "text", description="form of the lines on standard error: text or json"
    )
    access_log: bool = Field(False, description="whether each request is a line there")
    in_memory_quads: int = Field(
        2_000_000, ge=0, description="releases up to this size are held in memory, larger on disk"
    )
    store: SecretStr = Field(
        SecretStr(""),
        description="SPARQL endpoint of another engine that answers the queries instead of our own",
    )
