"""Export to C99 without intrinsics: a function of a float, and a loop over arrays that gcc -O3 vectorises."""

from __future__ import annotations

import math
import shutil

from primitives.float_format import FLOAT32
from runs.export.evidence import table
from runs.float32.export.evidence import Evidence, rows, title
from runs.float32.export.module_text import Loader, statements
from runs.float32.export.verification import EXACT, exact_values
from search_spaces.float32_functions.formula import hexadecimal_text
from search_spaces.float32_functions.typed_program import Constant, TypedProgram

SUFFIX = ".c"
NEEDS = "a C compiler as cc"
EXPECTED = exact_values

FLAGS = ("-std=c99", "-O3", "-march=native", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math")
"""What the file is compiled with: -ffp-contract=off is needed for the values, the last two for vectorised loops."""

_TYPES = {"float": "float", "int": "int32_t", "bool": "int"}

_HELPERS = {
    "bits_of": """static inline int32_t bits_of(float a)
{
    int32_t n;
    memcpy(&n, &a, sizeof n);
    return n;
}
""",
    "number_of": """static inline float number_of(int32_t n)
{
    float a;
    memcpy(&a, &n, sizeof a);
    return a;
}
""",
    "insert_exponent": """/* Returns a * 2^n; n is added to the bits of the exponent, which must stay in its range. */
static inline float insert_exponent(float a, int32_t n)
{
    return number_of((int32_t)((uint32_t)bits_of(a) + ((uint32_t)n << 23)));
}
""",
}
_NEEDED = {"bits": ("bits_of",), "number": ("number_of",), "insert_exponent": tuple(_HELPERS)}

_LOADER = '''
def load(path):
    """Returns the function of the compiled file, which takes and returns arrays of NumPy."""
    folder = tempfile.mkdtemp()
    binary = os.path.join(folder, "exported.so")
    flags = [{flags}]
    subprocess.run(["cc", *flags, str(path), "-o", binary, "-lm"], check=True)
    exported = ctypes.CDLL(binary).{function}_array
    shutil.rmtree(folder)

    def f(x):
        x = np.ascontiguousarray(x)
        y = np.empty_like(x)
        exported(ctypes.c_void_p(x.ctypes.data), ctypes.c_void_p(y.ctypes.data), ctypes.c_size_t(x.size))
        return y

    return f
'''


def source(program: TypedProgram, evidence: Evidence) -> str:
    """Returns the translation unit, constants as hexadecimal floating-point literals.

    Raises:
        ValueError: for formats that C lacks.
    """
    if program.format != FLOAT32.name:
        raise ValueError(f"exports to c have float32, not {program.format}; export to jax or numpy")
    name = function_name(evidence)
    wanted = {helper for operation, *_ in program.instructions for helper in _NEEDED.get(operation, ())}
    header = [title(program, evidence), "", *table(rows(program, evidence, _verified()))]
    remarks = (
        "Compile with -ffp-contract=off: a compiler that makes one operation of a product and a sum changes last bits.",
        "gcc vectorises the loop with -O3 -march=native -fno-math-errno -fno-trapping-math; without FMA, fmaf is slow.",
    )
    lines = [
        "/*",
        *(f" * {_comment(line)}".rstrip() for line in (*header, "", *remarks)),
        " */",
        "#include <math.h>",
        "#include <stddef.h>",
        "#include <stdint.h>",
        "#include <string.h>",
        "",
        *(text for helper, text in _HELPERS.items() if helper in wanted),
        f"static inline float {name}_inline(float x)",
        "{",
        *(f"    {line}" for line in _constants(program)),
        *(f"    const {_type(program, place)} {line};" for place, line in enumerate(statements(program, "c"), 1)),
        f"    return v{len(program.instructions)};",
        "}",
        "",
        f"float {name}(float x)",
        "{",
        f"    return {name}_inline(x);",
        "}",
        "",
        f"void {name}_array(const float *restrict x, float *restrict y, size_t n)",
        "{",
        "    for (size_t i = 0; i < n; i++)",
        f"        y[i] = {name}_inline(x[i]);",
        "}",
    ]
    return "\n".join(lines) + "\n"


def test_loader(program: TypedProgram, evidence: Evidence) -> Loader:
    """Returns how the test file loads the export."""
    del program
    flags = ", ".join(f'"{flag}"' for flag in (*FLAGS, "-shared", "-fPIC"))
    return Loader(
        ("ctypes", "os", "shutil", "subprocess", "tempfile"),
        _LOADER.format(flags=flags, function=function_name(evidence)),
    )


def executable() -> bool:
    """Tells whether there is a C compiler here.

    Raises:
        ValueError: when there is none.
    """
    if shutil.which("cc") is None:
        raise ValueError(
            "an export to C is compiled and executed before it is written, and there is no C compiler `cc` on the "
            "PATH; install one (gcc or clang), or export to numpy"
        )
    return True


def function_name(evidence: Evidence) -> str:
    """Returns the name of the function of one float; C's library has the shorter ones."""
    return f"{evidence.function}_float32"


def _verified() -> str:
    return f"{EXACT}; compiled with cc {' '.join(FLAGS)}"


def _type(program: TypedProgram, place: int) -> str:
    return _TYPES[program.kind(place)]


def _constants(program: TypedProgram) -> list[str]:
    return [
        f"const {_TYPES[constant.kind]} c{index} = {_literal(constant)};"
        for index, constant in enumerate(program.constants)
    ]


def _literal(constant: Constant) -> str:
    value = constant.value
    if constant.kind == "int":
        return str(value) if value > -(2**31) else "INT32_MIN"
    if math.isnan(value):
        return "NAN"
    if math.isinf(value):
        return "INFINITY" if value > 0 else "-INFINITY"
    return f"{hexadecimal_text(constant)}f /* {value:.9g} */"


def _comment(text: str) -> str:
    return text.replace("*/", "* /").replace("/*", "/ *").replace("??/", "? ?/")
