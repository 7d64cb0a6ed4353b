"""How Numba compiles kernel functions and the loops they end in.

A kernel function is a part of a loop and nothing else. Numba's own pipeline makes machine code of
every function it meets and looks for closures, literals and rewritable arrays on the way. Kernel
functions have none of these and are always inlined, so theirs leaves those passes out and stops
before machine code: a cold compile takes half as long. It is built from Numba's documented parts
(Developer Manual, "Customizing the compiler").

A loop is compiled by Numba's pipeline under two assumptions of our own. Its arrays are taken never
to overlap, so what follows from site and settings alone is worked out once and not in every step.
And LLVM may join like operations of neighbouring values into one instruction (SLP), which Numba
leaves out by default; neither changes the order of any sum.
"""

from typing import Any

from numba.core import config
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler, CompilerBase
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


class LoopPipeline(Compiler):
    """Numba's own pipeline, for a loop whose arrays do not overlap."""

    def compile_extra(self, func: Any) -> Any:
        """Return the compiled loop; Numba holds its lock meanwhile, so the switch is put back."""
        self.state.flags.noalias = True
        before, config.SLP_VECTORIZE = config.SLP_VECTORIZE, 1
        try:
            return super().compile_extra(func)
        finally:
            config.SLP_VECTORIZE = before
