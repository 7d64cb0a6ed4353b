"""How units of the family differ on the wire: firmware of two protocol ages, and data loggers.

A house file picks one of each in `[site.link]`; the first of each table is the plain one. A
firmware says which registers stand elsewhere or count in other steps, a logger how the network side
behaves. Sources: protocol V100 of 2020-09 and V104 of 2021-12 (klatremis/esphome-for-deye,
githubDante/deye-controller), kellerza/sunsynk, davidrapan/ha-solarman, kbialek/deye-inverter-mqtt.
Figures that no source gives say "assumed".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from twinverter.catalog.held import FAMILY_ONLY, GRID_SUPPORT, METER, Held, held
from twinverter.catalog.word import Word, codes, flag, word


@dataclass(frozen=True)
class Firmware:
    """One age or line of the firmware, as what differs from the map of `catalog/registers.py`.

    `words` gives settings other places, `held` rows stand in `area` in place of all that the map
    has there, `constants` are read-only words, `no_high_words` are addresses that read 0, and
    `steps` says by which factor the step of a register is larger.
    """

    key: str
    meaning: str
    words: Mapping[str, tuple[Word, ...]] = field(default_factory=dict)
    held: tuple[Held, ...] = ()
    area: range = range(0)
    constants: Mapping[int, int] = field(default_factory=dict)
    no_high_words: range = range(0)
    steps: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Logger:
    """One make of data logger: how many clients it serves, how it answers, when it is away."""

    key: str
    meaning: str
    most_clients: int = 0
    answer_after_s: float = 0.0
    lost_every: int = 0
    double_crc: bool = False
    heartbeat_s: float = 0.0
    reboots_every_s: float = 0.0
    away_s: float = 0.0


# fmt: off
# The grid code as protocol V100 has it: it fits the pages of the manual better than V104.
V100_WORDS: dict[str, tuple[Word, ...]] = {
    # Three-phase 2, single-phase 0, split-phase 1, single-phase 120 V 3; order of the choices.
    "grid_type":             (codes(138, 1, 0, 2, 3, 0, 3, 3), codes(184, 2, 2, 2, 2, 0, 1, 3)),
    "vrt_enable":            (flag(380),),
    "vrt_hv2_v":             (word(381, 0.1),),
    "vrt_hv1_v":             (word(382, 0.1),),
    "vrt_lv1_v":             (word(383, 0.1),),
    "vrt_lv2_v":             (word(384, 0.1),),
    "vrt_lv3_v":             (word(385, 0.1),),
    # The step of the times is assumed, the page shows hundredths.
    "vrt_hv2_s":             (word(386, 0.01),),
    "vrt_hv1_s":             (word(387, 0.01),),
    "vrt_lv1_s":             (word(388, 0.01),),
    "vrt_lv2_s":             (word(389, 0.01),),
    "vrt_lv3_s":             (word(390, 0.01),),
    "frt_enable":            (flag(391),),
    "frt_hf2_hz":            (word(392, 0.01),),
    "frt_hf1_hz":            (word(393, 0.01),),
    "frt_lf1_hz":            (word(394, 0.01),),
    "frt_lf2_hz":            (word(395, 0.01),),
    "frt_hf2_s":             (word(396, 0.01),),
    "frt_hf1_s":             (word(397, 0.01),),
    "frt_lf1_s":             (word(398, 0.01),),
    "frt_lf2_s":             (word(399, 0.01),),
    "qv_enable":             (flag(400),),
    "qv_v1":                 (word(401, 0.1),),
    "qv_v2":                 (word(402, 0.1),),
    "qv_v3":                 (word(403, 0.1),),
    "qv_v4":                 (word(404, 0.1),),
    "qv_q1":                 (word(405, 0.01, signed=True),),
    "qv_q2":                 (word(406, 0.01, signed=True),),
    "qv_q3":                 (word(407, 0.01, signed=True),),
    "qv_q4":                 (word(408, 0.01, signed=True),),
    "fw_enable":             (flag(409),),
    "fw_fstart_hz":          (word(410, 0.01),),
    "fw_fstop_hz":           (word(411, 0.01),),
    "vw_enable":             (flag(412),),
    "vw_vstart_v":           (word(413, 0.1),),
    "vw_vstop_v":            (word(414, 0.1),),
    "normal_ramp_pct_s":     (word(415),),
    "soft_start_ramp_pct_s": (word(416),),
}
V100_HELD = (
    held("v100_meter_ct_ratio",    348, "",  1, "",      METER,        "ratio of clamps used with a meter", "M100"),
    held("v100_charge_ramp_up",    350, "W", 1, "0-500", FAMILY_ONLY,  "power step per mains cycle when charging, rising", "M100"),
    held("v100_charge_ramp_down",  351, "W", 1, "0-500", FAMILY_ONLY,  "power step per mains cycle when charging, falling", "M100"),
    held("v100_overload_time",     359, "",  1, "",      FAMILY_ONLY,  "time below 180 V before the off-grid overload trips", "M100"),
    held("v100_qv_response_time",  417, "s", 1, "0-90",  GRID_SUPPORT, "response time of Q(V)", "M100"),
    held("v100_vw_response_time",  418, "s", 1, "0-60",  GRID_SUPPORT, "response time of VW", "M100"),
    held("v100_fw_response_time",  419, "s", 1, "",      GRID_SUPPORT, "response time of FW", "M100"),
)
# Powers that larger units count in tens of watts.
TENS_OF_WATTS = (104, 143, *range(154, 160), 340, *range(672, 676))

FIRMWARES = (
    Firmware("v104",     "protocol V104: the map of this table, powers in watts"),
    Firmware("v100",     "protocol V100: older grid code at 348 to 424, no high words of powers at the grid and the inverter",
             words=V100_WORDS, held=V100_HELD, area=range(348, 425),
             constants={0: 0x0500, 2: 0x0100, 23: 1}, no_high_words=range(687, 710)),
    Firmware("v104_10w", "protocol V104 as larger units have it: powers of trackers, sales and slots in steps of 10 W",
             steps=dict.fromkeys(TENS_OF_WATTS, 10.0)),
)
# Times and counts of the loggers are assumed.
LOGGERS = (
    Logger("plain",         "answers every client as fast as it may"),
    Logger("single_socket", "serves one client, the newest",              most_clients=1),
    Logger("slow",          "takes a quarter of a second to answer",      answer_after_s=0.25),
    Logger("lossy",         "stays silent on every tenth request",        lost_every=10),
    Logger("double_crc",    "puts two zeros behind the checksum",         double_crc=True),
    Logger("talkative",     "sends heartbeats between its answers",       heartbeat_s=10.0),
    Logger("rebooting",     "starts again every ten minutes, away for 20 s", reboots_every_s=600.0, away_s=20.0),
)
# fmt: on

FIRMWARE = {row.key: row for row in FIRMWARES}
LOGGER = {row.key: row for row in LOGGERS}
# The number on a logger's label; some clients can only send those from 2**31 on.
LOGGER_SERIAL = 2712345678


def v100_lines() -> list[tuple[str, str, str]]:
    """Return address, scale and content of what stands elsewhere in protocol V100, by address."""
    moved = (
        (word.address, word.scale, f"setting `{key}`")
        for key, words in V100_WORDS.items()
        for word in words
    )
    kept = ((row.address, row.scale, f"{row.meaning} ({row.reason})") for row in V100_HELD)
    return [(str(at), f"{scale:g}", holds) for at, scale, holds in sorted((*moved, *kept))]
