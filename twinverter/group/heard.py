"""What a unit makes of what it hears: who is missing, who clashes, who starts, who is off (C-60).

`loss` is the share of the frames that get lost at each unit's plug; a cable pulled out loses all.
A frame passes two plugs. Of whom a unit hears nothing at all, it knows nothing either.
"""

from twinverter.control.signals import Peers
from twinverter.core.kernel import kernel


@kernel
def is_calm(badges, loss, shared):
    """Return whether no badge and no plug gives anybody a cause to complain."""
    calm = True
    masters = 0.0
    for unit in range(badges.shape[0]):
        masters += badges[unit]["master"]
        if loss[unit] > 0.0 or badges[unit]["model"] != badges[0]["model"]:
            calm = False
        if badges[unit]["bank"] != badges[0]["bank"]:
            calm = False
        if shared > 0.0 and badges[unit]["size"] != badges[0]["size"]:
            calm = False
        for other in range(unit):
            if badges[other]["address"] == badges[unit]["address"]:
                calm = False
    return calm and masters == 1.0


@kernel
def counted(told):
    """Return how many units are still starting, and how many are off or have a fault."""
    starting = resting = 0.0
    for unit in range(told.shape[0]):
        starting += told[unit]["starts"]
        resting += max(told[unit]["off"], told[unit]["fault"])
    return starting, resting


@kernel
def heard_calmly(told, own, starting, resting):
    """Return what unit `own` hears where every frame comes and nobody clashes; see `counted`."""
    starts = 1.0 if starting > told[own]["starts"] else 0.0
    off = 1.0 if resting > max(told[own]["off"], told[own]["fault"]) else 0.0
    return Peers(1.0, 0.0, starts, off, 0.0)


@kernel
def comes(loss, own, other):
    """Return the share of the frames that come from one unit to another."""
    return 1.0 if own == other else (1.0 - loss[own]) * (1.0 - loss[other])


@kernel
def clashes(badges, loss, own):
    """Return whether two of those a unit hears, or it and one of them, clash, or masters do."""
    masters = 0.0
    for unit in range(badges.shape[0]):
        if comes(loss, own, unit) > 0.0:
            masters += badges[unit]["master"]
            if badges[unit]["model"] != badges[own]["model"]:
                return True
            for other in range(unit):
                if badges[other]["address"] == badges[unit]["address"]:
                    if comes(loss, own, other) > 0.0:
                        return True
    return masters != 1.0


@kernel
def heard(badges, told, loss, own, shared):
    """Return what unit `own` hears of all others, from arrays of `Badge`, `Told` and loss.

    `shared` says that all have one bank, whose size must be the same everywhere too.
    """
    share = 1.0
    starts = off = differ = 0.0
    for other in range(badges.shape[0]):
        share = min(share, comes(loss, own, other))
        if other != own and comes(loss, own, other) > 0.0:
            if told[other]["starts"] > 0.0:
                starts = 1.0
            if told[other]["off"] + told[other]["fault"] > 0.0:
                off = 1.0
            if badges[other]["bank"] != badges[own]["bank"]:
                differ = 1.0
            if shared > 0.0 and badges[other]["size"] != badges[own]["size"]:
                differ = 1.0
    # Of whom nothing comes at all, nothing can be said either.
    clash = 1.0 if share > 0.0 and clashes(badges, loss, own) else 0.0
    return Peers(share, clash, starts, off, differ)


@kernel
def hearing(badges, told, loss, own, shared, calm, starting, resting):
    """Return what unit `own` hears, by the short way where all is `calm`; see `counted`."""
    if calm:
        return heard_calmly(told, own, starting, resting)
    return heard(badges, told, loss, own, shared)
