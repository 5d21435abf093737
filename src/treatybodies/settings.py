"""What an operator can set, by option or by an environment variable ``TREATYBODIES_…``."""

from pathlib import Path

from pydantic import Field
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
    workers: int = Field(8, ge=1, le=64, description="query worker processes")
    queue_length: int = Field(64, ge=0, description="queries that may wait for a worker")
    query_seconds: float = Field(10.0, gt=0, description="time one query may run, in seconds")
    query_memory_mb: int = Field(
        1024, ge=64, description="memory one query may add to its worker, in MiB"
    )
    result_mb: int = Field(256, ge=1, description="largest result of one query, in MiB")
    query_kb: int = Field(128, ge=1, description="longest query text, in KiB")
    in_memory_quads: int = Field(
        2_000_000, ge=0, description="releases up to this size are held in memory, larger on disk"
    )
