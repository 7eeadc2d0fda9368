"""Settings: everything that may differ between two installations, read from the environment once."""

from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Each field is `FOREBAY_<NAME>` in the environment; units are in the names."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_", extra="ignore", frozen=True)

    database_url: str | None = Field(None, description="PostgreSQL 15+; unset: the embedded server")
    redis_url: str | None = Field(None, description="Redis 7+ or Valkey; unset: the embedded server")
    secret: SecretStr = Field(
        SecretStr(""), description="Keys of the API keys' digests; `forebay up` makes one and keeps it"
    )
    credentials_keys: SecretStr = Field(
        SecretStr(""),
        description="keyid:base64 of 32 bytes, several if need be: the first seals channels' credentials",
    )
    credentials_keys_file: Path | None = Field(None, description="A file with the same, instead")
    home: Path = Field(Path(".forebay"), description="Where embedded servers keep their data")
    host: str = "127.0.0.1"
    public_url: str = Field("", description="Where platforms reach the API, such as https://orders.example")
    port: int = Field(8080, ge=0, le=65535)
    console: bool = Field(True, description="Whether the API serves the console")
    training_url: str = Field("", description="Where people practise: the training company's console")
    training_key: SecretStr = Field(
        SecretStr(""),
        description="This is the training company: its console signs everybody in with this key",
    )
    training_of: str = Field("", description="Of the training company: where the real console is")
    cost_currency: str = Field("EUR", pattern="^[A-Z]{3}$", description="What shipping costs are counted in")

    pool_max: int = Field(8, ge=2, le=64, description="Database connections a process")
    allocation_batch_max: int = Field(500, ge=1, le=5000, description="Orders planned together")
    reevaluation_interval_s: int = Field(
        900, ge=0, description="How often open orders are planned anew; 0: only when somebody asks"
    )
    reevaluation_effort_s: float = Field(
        2.0,
        gt=0,
        description="What its search may take of a usual core; the next one goes on where it stopped",
    )
    job_attempts_max: int = Field(8, ge=1, description="Tries before a job goes to the dead letters")
    job_lease_s: int = Field(15, ge=1, description="After this long without news a job is taken back")
    sweep_interval_s: float = Field(5.0, gt=0)
    feed_retention_days: int = Field(30, ge=1, description="How far back a subscription's cursor may lie")
    bulk_retention_days: int = Field(14, ge=1, description="How long files of ended imports are kept")
    export_retention_days: int = Field(7, ge=1, description="How long exported files are kept")
    idempotency_retention_days: int = Field(30, ge=1)
    message_retention_days: int = Field(
        180, ge=1, description="How long what channels sent is kept as it came"
    )
    check_interval_s: int = Field(
        300,
        ge=0,
        description="How often data checks run at most; costly ones run less; 0: only when asked for",
    )
    check_timeout_s: int = Field(
        120, ge=1, le=150, description="What does not end by then counts as not checked"
    )
    query_cost_max: int = Field(5000, ge=1)
    request_timeout_s: float = Field(30.0, gt=0)
    outside_networks: str = Field(
        "",
        description="Networks besides the public internet that webhooks and channels may be at: 10.0.0.0/8,...",
    )


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The process's settings; tests that change the environment call `settings.cache_clear()`."""
    return Settings()
