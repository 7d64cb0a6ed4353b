"""What control may see and what it may ask for."""

from typing import NamedTuple

from twinverter.core.blocks import Phases
from twinverter.core.converter import Loss


class PvSense(NamedTuple):
    """Both PV inputs: voltage and current at the terminals, and the power the trackers find there.

    A string connected the wrong way round shows a negative voltage.
    """

    voltage1_v: float
    voltage2_v: float
    current1_a: float
    current2_a: float
    available1_w: float
    available2_w: float


class BatterySense(NamedTuple):
    """The battery terminals, the external temperature sensor, and the bank as a source.

    `source_v` and the two resistances are what the fast voltage loop finds at the terminals.
    """

    voltage_v: float
    current_a: float
    temp_c: float
    sensor_ok: float
    source_v: float
    charge_ohm: float
    discharge_ohm: float


class BmsSense(NamedTuple):
    """The last word of the battery's own management; `silent` says that none came."""

    silent: float
    soc: float
    charge_v: float
    charge_a: float
    discharge_a: float
    force_charge: float
    fault: float


class AcSense(NamedTuple):
    """Mains at the GRID terminals and generator at the GEN terminals.

    `grid_angle_rad` is how far each phase of the mains stands from its place. `gen_standing_s` is
    how long the generator's voltage has stood, seen between the steps too.
    """

    grid_v: Phases
    grid_hz: float
    grid_angle_rad: Phases
    order_ok: float
    gen_v: float
    gen_hz: float
    gen_standing_s: float


class LoadSense(NamedTuple):
    """Demands: backup loads, home loads before the meter, smart load; micro-inverter offer.

    `ct_w` is what the clamps or the meter read in the last step, `ld_w` what flowed at the GRID
    terminals in it.
    """

    load_w: Phases
    home_w: Phases
    smart_w: Phases
    mi_w: float
    ct_ok: float
    ct_w: Phases
    ld_w: Phases


class StageSense(NamedTuple):
    """The power stage's own calibration, its temperature and that of the room."""

    tracker_loss: Loss
    battery_loss: Loss
    inverter_loss: Loss
    own_running_w: float
    own_idle_w: float
    sink_c: float
    ambient_c: float


class SafetySense(NamedTuple):
    """What the protective sensors read; `HEALTHY` is a machine with nothing wrong.

    `peak_a` is the largest momentary current of a phase, `neutral_v` that of the LOAD neutral to
    earth, `fan` the speed as a share of what is commanded, `stray_a` what the GRID port carries
    past the LOAD sensor and the stage on its worst phase. `link_v` and `link_a` are those of the
    whole DC link, `unbalance_v` how far its halves differ. `peers_heard` is the share of a
    parallel system's heartbeats that come. Flags are 1.0 or 0.0.
    """

    residual_a: float
    insulation_ohm: float
    arc: float
    peak_a: float
    link_v: float
    link_a: float
    unbalance_v: float
    neutral_v: float
    bond_open: float
    stray_a: float
    fan: float
    estop: float
    memory_unreadable: float
    memory_unwritable: float
    peers_heard: float
    peer_off: float
    peer_clash: float


# The link stands at 650 V, above the peak of 400 V and of a full string's tracking range (assumed).
HEALTHY_LINK_V = 650.0
HEALTHY = SafetySense(
    residual_a=0.0,
    insulation_ohm=1.0e7,
    arc=0.0,
    peak_a=0.0,
    link_v=HEALTHY_LINK_V,
    link_a=0.0,
    unbalance_v=0.0,
    neutral_v=0.0,
    bond_open=0.0,
    stray_a=0.0,
    fan=1.0,
    estop=0.0,
    memory_unreadable=0.0,
    memory_unwritable=0.0,
    peers_heard=1.0,
    peer_off=0.0,
    peer_clash=0.0,
)


class Peers(NamedTuple):
    """What a unit of a parallel system hears of the others; `ALONE` is a unit without any.

    `heard` is the share of heartbeats that comes from the one heard worst. `clash`: two of one
    address, not one master, or another model; `starts`: one is not on yet; `off`: one is switched
    off or has a fault; `differ`: battery settings are not the same everywhere. Flags: 1.0 or 0.0.
    """

    heard: float
    clash: float
    starts: float
    off: float
    differ: float


ALONE = Peers(heard=1.0, clash=0.0, starts=0.0, off=0.0, differ=0.0)


class Measurements(NamedTuple):
    """Everything control sees in one step."""

    clock_s: float
    pv: PvSense
    battery: BatterySense
    bms: BmsSense
    ac: AcSense
    loads: LoadSense
    stage: StageSense
    safety: SafetySense
    peers: Peers
    drm: float
    forced_island: float
    acknowledged: float


class Commands(NamedTuple):
    """Everything control asks of the plant for one step. Flags are 1.0 or 0.0.

    `reactive_var` is what the inverter injects in all phases together (negative: absorbs);
    `ats_on` puts voltage on the ATS output, which holds the neutral-earth relay open.
    """

    state: float
    pv1_on: float
    pv2_on: float
    pv_w: float
    battery_on: float
    own_w: float
    inverter_w: Phases
    reactive_var: float
    forming: float
    output_on: float
    grid_on: float
    gen_on: float
    smart_on: float
    mi_on: float
    gen_start: float
    ats_on: float
    frequency_hz: float
