"""The benchmark's load client, for tests: one client, so that what is measured and what is tested are the same phones."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def load_client() -> ModuleType:
    """``benchmarks/phones_client.py`` as a module."""
    name = "phones_client"
    if name not in sys.modules:
        path = Path(__file__).parents[2] / "benchmarks" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]
