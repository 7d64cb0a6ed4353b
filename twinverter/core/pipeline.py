"""How Numba compiles a kernel function: as a part of the loop it ends in, and as nothing else.

Numba's own pipeline makes machine code of every function it meets and looks for closures, literals
and rewritable arrays on the way. Kernel functions have none of these and are always inlined, so
this pipeline leaves those passes out and stops before machine code: a cold compile takes half as
long. It is built from Numba's documented parts (Developer Manual, "Customizing the compiler").
"""

from typing import Any

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase
from numba.core.compiler_machinery import PassManager, register_pass
from numba.core.typed_passes import (
    IRLegalization,
    NativeLowering,
    NoPythonBackend,
    NopythonTypeInference,
    PreLowerStripPhis,
)
from numba.core.untyped_passes import (
    FixupArgs,
    GenericRewrites,
    IRProcessing,
    ReconstructSSA,
    TranslateByteCode,
)


class InlinedLibrary(JITCodeLibrary):
    """The code of a function that is only ever inlined: never optimised alone, never run."""

    @property
    def codegen(self) -> Any:
        """Return this object for the one thing Numba asks of it after lowering: `set_env`."""
        return self

    def set_env(self, env_name: str, env: Any) -> None:
        """Do nothing: a kernel function has no Python objects to look up."""

    def get_pointer_to_function(self, name: str) -> int:
        """Return the null pointer: there is no machine code."""
        self._ensure_finalized()
        return 0

    def _optimize_final_module(self) -> None:
        """Leave it to the loop."""

    def _finalize_final_module(self) -> None:
        self._finalized = True


@register_pass(mutates_CFG=True, analysis_only=False)
class InlinedLowering(NativeLowering):
    """Lowering that ends in an `InlinedLibrary`."""

    _name = "twinverter_inlined_lowering"

    def run_pass(self, state: Any) -> bool:
        """Lower the function of `state`."""
        state.library = InlinedLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        return super().run_pass(state)


class KernelPipeline(CompilerBase):
    """The passes a kernel function needs."""

    def define_pipelines(self) -> list[PassManager]:
        """Return the one pipeline."""
        passes = PassManager("twinverter_kernel")
        for step in (
            TranslateByteCode,
            FixupArgs,
            IRProcessing,
            GenericRewrites,
            ReconstructSSA,
            NopythonTypeInference,
            PreLowerStripPhis,
            IRLegalization,
            InlinedLowering,
            NoPythonBackend,
        ):
            passes.add_pass(step, step._name)
        passes.finalize()
        return [passes]
