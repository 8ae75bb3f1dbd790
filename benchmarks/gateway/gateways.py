"""How each gateway is started and asked."""

import json
import shutil
import sys
import time
from pathlib import Path

from bernard_home import Home
from processes import Program, free_port

SECRET = "sk-benchmark-0000"
START_S = 180.0


class Gateway:
    """One gateway: started afresh for each figure that needs it.

    Attributes:
        needs: the file under the folder of peers without which it cannot run.
        headers: sent with every call.
        answered: how many right answers it gave, over all rounds.
    """

    name = needs = ""
    model = "gpt-4o-mini"
    path = "/v1/chat/completions"
    most_workers = 99
    headers: tuple[str, ...] = (f"authorization: Bearer {SECRET}",)

    def __init__(self, folder, peers, supplier, environ):
        self.folder = Path(folder) / self.name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.peers, self.supplier, self.environ = peers, supplier, environ
        self.port = self.answered = 0

    @classmethod
    def absent(cls, peers):
        """Why it is not measured, or ""."""
        if cls.needs and not (peers and (peers / cls.needs).exists()):
            return f"no {cls.needs} in the folder of --peers"
        return ""

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}{self.path}"

    def start(self, cores, workers=1):
        self.port = free_port()
        return Program(
            self.command(workers), cores=cores, environ=self.environ | self.variables(workers),
            output=self.folder / "output", folder=self.folder,
        )  # fmt: skip

    def command(self, workers):
        raise NotImplementedError

    def variables(self, workers):
        return {}

    def ready(self, program):
        """Called until the port is known; most are told theirs."""
        return True


class Bernard(Gateway):
    """All five steps: decide, mask by rules, intent on the disk, restore, outcome."""

    name = "Bernard"

    def __init__(self, folder, peers, supplier, environ):
        super().__init__(folder, peers, supplier, environ)
        self.home = Home(self.folder, supplier, environ)
        self.environ = self.home.environ
        self.headers = (f"authorization: Bearer {self.home.key}",)

    def command(self, workers):
        port, many = str(self.port), str(workers)
        return [sys.executable, "-m", "bernard", "gateway", "--port", port, "--workers", many]


class BernardInMemory(Bernard):
    """The same, its log in memory, which shows what of its time is the disk's."""

    name = "Bernard, log in memory"

    def __init__(self, folder, peers, supplier, environ):
        super().__init__(f"/dev/shm/{Path(folder).name}", peers, supplier, environ)

    @classmethod
    def absent(cls, peers):
        return "" if Path("/dev/shm").is_dir() else "no /dev/shm here"


class TensorZero(Gateway):
    """The server that is in the Python package; it stores nothing and checks no key."""

    name = "TensorZero"
    needs = "tensorzero/bin/python"
    path = "/openai/v1/chat/completions"
    model = "tensorzero::model_name::gpt-4o-mini"
    SERVE = (
        "import sys, time, tensorzero\n"
        "server = tensorzero._start_http_gateway(config_file=sys.argv[1], clickhouse_url=None,\n"
        "    postgres_url=None, valkey_url=None, async_setup=False)\n"
        "print('AT', server.base_url, flush=True)\n"
        "time.sleep(1e6)\n"
    )

    def command(self, workers):
        self.port = 0
        config = self.folder / "tensorzero.toml"
        config.write_text(
            "[gateway]\nobservability.enabled = false\n"
            "disable_pseudonymous_usage_analytics = true\n"
            '[models."gpt-4o-mini"]\nrouting = ["mock"]\n'
            '[models."gpt-4o-mini".providers.mock]\ntype = "openai"\nmodel_name = "gpt-4o-mini"\n'
            f'api_base = "{self.supplier}/v1/"\napi_key_location = "none"\n'
        )
        return [str(self.peers / self.needs), "-c", self.SERVE, str(config)]

    def variables(self, workers):
        return {"TOKIO_WORKER_THREADS": str(workers), "RUST_LOG": "error"}

    def ready(self, program):
        """It chooses its port itself."""
        _, found, address = program.said().partition("AT http://127.0.0.1:")
        if found and "\n" in address:
            self.port = int(address.split("/")[0])
        return bool(self.port)


class Ferro(Gateway):
    """Its key is checked; it keeps no record of calls."""

    name = "ferrogw"
    needs = "ferrogw/bin/ferrogw"

    def command(self, workers):
        (self.folder / "config.yaml").write_text(
            "strategy:\n  mode: single\ntargets:\n  - virtual_key: openai\n"
        )
        return [str(self.peers / self.needs), "serve"]

    def variables(self, workers):
        return {
            "MASTER_KEY": SECRET, "OPENAI_API_KEY": "sk-none", "OPENAI_BASE_URL": self.supplier,
            "PORT": str(self.port), "GATEWAY_CONFIG": str(self.folder / "config.yaml"),
            "LOG_LEVEL": "error", "GOMAXPROCS": str(workers),
            "RATE_LIMIT_RPS": "1000000", "RATE_LIMIT_BURST": "1000000",
        }  # fmt: skip


class Portkey(Gateway):
    """One process whatever is asked; each call says where it goes, and no key is checked."""

    name = "Portkey"
    needs = "portkey/node_modules/@portkey-ai/gateway/build/start-server.js"
    most_workers = 1

    def __init__(self, folder, peers, supplier, environ):
        super().__init__(folder, peers, supplier, environ)
        where = ("x-portkey-provider: openai", f"x-portkey-custom-host: {supplier}/v1")
        self.headers = (*self.headers, *where)

    @classmethod
    def absent(cls, peers):
        return super().absent(peers) or ("" if shutil.which("node") else "no Node.js here")

    def command(self, workers):
        return ["node", str(self.peers / self.needs), f"--port={self.port}", "--headless"]

    def variables(self, workers):
        return {"NODE_ENV": "production"}


class LiteLLM(Gateway):
    """As its guide for production has it: logging off, prices from its own file, a master key."""

    name = "LiteLLM"
    needs = "litellm/bin/litellm"

    def command(self, workers):
        config = {
            "model_list": [
                {
                    "model_name": self.model,
                    "litellm_params": {
                        "model": "openai/gpt-4o-mini",
                        "api_base": f"{self.supplier}/v1",
                        "api_key": "sk-none",
                    },
                }
            ],
            "litellm_settings": {"telemetry": False, "set_verbose": False},
            "general_settings": {"master_key": SECRET},
        }
        path = self.folder / "config.yaml"
        path.write_text(json.dumps(config))  # JSON is YAML.
        return [
            str(self.peers / self.needs), "--config", str(path), "--host", "127.0.0.1",
            "--port", str(self.port), "--num_workers", str(workers), "--telemetry", "False",
        ]  # fmt: skip

    def variables(self, workers):
        return {
            "LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR",
            "LITELLM_MODE": "PRODUCTION", "DISABLE_ADMIN_UI": "True", "NO_DOCS": "True",
        }  # fmt: skip


class Direct(Gateway):
    """No gateway: what the supplier and the load take by themselves."""

    name = "none"

    def __init__(self, folder, peers, supplier, environ):
        super().__init__(folder, peers, supplier, environ)
        self.port = int(supplier.rpartition(":")[2])


ALL = (Bernard, BernardInMemory, TensorZero, Ferro, Portkey, LiteLLM)


def wait_for(gateway, program, answers):
    """Seconds until the first right answer.

    Args:
        answers: whether a call is answered rightly now.
    """
    began = time.perf_counter()
    while time.perf_counter() - began < START_S:
        if program.ended:
            raise SystemExit(f"{gateway.name} ended: {program.said()[-2000:]}")
        if gateway.ready(program) and answers():
            return time.perf_counter() - began
        time.sleep(0.005)
    raise SystemExit(f"{gateway.name} did not start: {program.said()[-2000:]}")
