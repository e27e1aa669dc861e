"""Arrow's compute functions, untyped: the stubs refuse plain values which the library takes."""

from __future__ import annotations

from typing import Any

import pyarrow.compute

pc: Any = pyarrow.compute
