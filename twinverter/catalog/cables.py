"""Copper cables: what they may carry, what they lose, and the breakers that are sold for them.

Figures are facts of public tables, retyped; every row says which one. Tables are read at the next
smaller listed size. Another ambient temperature changes a figure by the root of the heat that may
still be lost, (limit - ambient) / (limit - reference), from which the standards' own factors come.

Sources, by the word in `source`:
  IEC B.52.x   IEC 60364-5-52:2009, annex B, table B.52.x: PVC 70 degC, XLPE 90 degC, air 30 degC
  NEC 310.1x   NFPA 70 (NEC) 2020, tables 310.16 (raceway) and 310.17 (free air), copper 75 degC
  EN 50618     EN 50618:2014, table A.3: conductor 120 degC, air 60 degC
  IEC 60228    IEC 60228:2004, table 3: class 5 conductors, plain copper, 20 degC
  ASTM B258    areas of the American wire gauge
"""

from typing import NamedTuple

INSULATIONS = ("pvc", "xlpe", "pv")
METHODS = ("insulated_wall", "conduit", "surface", "free_air")
# Annealed copper at 20 degC and its growth with temperature: IEC 60028.
COPPER_OHM_MM2_PER_M, COPPER_PER_K, COPPER_C = 0.017241, 0.00393, 20.0
# A working conductor is taken this warm for its loss (assumed: the limit of PVC).
WORKING_C = 70.0
# Air around a cable where nobody says (the tables' own reference).
AMBIENT_C, PV_AMBIENT_C = 30.0, 60.0


class Carried(NamedTuple):
    """What one kind of cable carries: sizes in mm2 (or AWG names) and amperes side by side."""

    insulation: str
    method: str
    loaded: int
    reference_c: float
    limit_c: float
    amperes: tuple[float, ...]
    source: str


# fmt: off
MM2 = (1.5, 2.5, 4.0, 6.0, 10.0, 16.0, 25.0, 35.0, 50.0, 70.0, 95.0, 120.0)

CARRIED = (
    # insulation method          loaded ref   limit    1.5   2.5   4     6     10    16     25     35     50     70     95     120
    # Two loaded conductors are single cores (battery, DC), three are those of a multi-core cable.
    Carried("pvc",  "conduit",        2, 30.0, 70.0,  (17.5, 24.0, 32.0, 41.0, 57.0, 76.0,  101.0, 125.0, 151.0, 192.0, 232.0, 269.0), "IEC B.52.2, B1"),
    Carried("pvc",  "surface",        2, 30.0, 70.0,  (19.5, 27.0, 36.0, 46.0, 63.0, 85.0,  112.0, 138.0, 168.0, 213.0, 258.0, 299.0), "IEC B.52.2, C"),
    Carried("pvc",  "free_air",       2, 30.0, 70.0,  (0.0,  0.0,  0.0,  0.0,  0.0,  0.0,   131.0, 162.0, 196.0, 251.0, 304.0, 352.0), "IEC B.52.10, F"),
    Carried("xlpe", "conduit",        2, 30.0, 90.0,  (23.0, 31.0, 42.0, 54.0, 75.0, 100.0, 133.0, 164.0, 198.0, 253.0, 306.0, 354.0), "IEC B.52.3, B1"),
    Carried("xlpe", "surface",        2, 30.0, 90.0,  (24.0, 33.0, 45.0, 58.0, 80.0, 107.0, 138.0, 171.0, 209.0, 269.0, 328.0, 382.0), "IEC B.52.3, C"),
    Carried("xlpe", "free_air",       2, 30.0, 90.0,  (0.0,  0.0,  0.0,  0.0,  0.0,  0.0,   161.0, 200.0, 242.0, 310.0, 377.0, 437.0), "IEC B.52.12, F"),
    Carried("pvc",  "insulated_wall", 3, 30.0, 70.0,  (13.0, 17.5, 23.0, 29.0, 39.0, 52.0,  68.0,  83.0,  99.0,  125.0, 150.0, 172.0), "IEC B.52.4, A2"),
    Carried("pvc",  "conduit",        3, 30.0, 70.0,  (15.0, 20.0, 27.0, 34.0, 46.0, 62.0,  80.0,  99.0,  118.0, 149.0, 179.0, 206.0), "IEC B.52.4, B2"),
    Carried("pvc",  "surface",        3, 30.0, 70.0,  (17.5, 24.0, 32.0, 41.0, 57.0, 76.0,  96.0,  119.0, 144.0, 184.0, 223.0, 259.0), "IEC B.52.4, C"),
    Carried("pvc",  "free_air",       3, 30.0, 70.0,  (18.5, 25.0, 34.0, 43.0, 60.0, 80.0,  101.0, 126.0, 153.0, 196.0, 238.0, 276.0), "IEC B.52.10, E"),
    Carried("xlpe", "insulated_wall", 3, 30.0, 90.0,  (16.5, 22.0, 30.0, 38.0, 51.0, 68.0,  89.0,  109.0, 130.0, 164.0, 197.0, 227.0), "IEC B.52.5, A2"),
    Carried("xlpe", "conduit",        3, 30.0, 90.0,  (19.5, 26.0, 35.0, 44.0, 60.0, 80.0,  105.0, 128.0, 154.0, 194.0, 233.0, 268.0), "IEC B.52.5, B2"),
    Carried("xlpe", "surface",        3, 30.0, 90.0,  (22.0, 30.0, 40.0, 52.0, 71.0, 96.0,  119.0, 147.0, 179.0, 229.0, 278.0, 322.0), "IEC B.52.5, C"),
    Carried("xlpe", "free_air",       3, 30.0, 90.0,  (23.0, 32.0, 42.0, 54.0, 75.0, 100.0, 127.0, 158.0, 192.0, 246.0, 298.0, 346.0), "IEC B.52.12, E"),
    # Photovoltaic cable; two that touch on a surface stand for a conduit too (assumed).
    Carried("pv",   "free_air",       2, 60.0, 120.0, (30.0, 41.0, 55.0, 70.0, 98.0, 132.0, 176.0, 218.0, 276.0, 347.0, 416.0, 488.0), "EN 50618, free in air"),
    Carried("pv",   "surface",        2, 60.0, 120.0, (24.0, 33.0, 44.0, 57.0, 79.0, 107.0, 142.0, 176.0, 221.0, 278.0, 333.0, 390.0), "EN 50618, touching on a surface"),
    Carried("pv",   "conduit",        2, 60.0, 120.0, (24.0, 33.0, 44.0, 57.0, 79.0, 107.0, 142.0, 176.0, 221.0, 278.0, 333.0, 390.0), "EN 50618, touching on a surface; assumed for a conduit"),
)

#                14    12    10     8     6     4      3      2      1      1/0    2/0    3/0    4/0
AWG =          ("14", "12", "11", "10", "8",  "6",   "4",   "3",   "2",   "1",   "1/0", "2/0", "3/0", "4/0")
AWG_MM2 =      (2.08, 3.31, 4.17, 5.26, 8.37, 13.30, 21.15, 26.67, 33.63, 42.41, 53.49, 67.43, 85.01, 107.2)  # ASTM B258
# 11 AWG is in neither table of the code; it is read as 12.
CARRIED_AWG = (
    Carried("",     "conduit",        2, 30.0, 75.0,  (20.0, 25.0, 25.0, 35.0, 50.0, 65.0,  85.0,  100.0, 115.0, 130.0, 150.0, 175.0, 200.0, 230.0), "NEC 310.16"),
    Carried("",     "free_air",       2, 30.0, 75.0,  (30.0, 35.0, 35.0, 50.0, 70.0, 95.0,  125.0, 145.0, 170.0, 195.0, 230.0, 265.0, 310.0, 360.0), "NEC 310.17"),
)

# Ohms per kilometre at 20 degC by cross-section; other sizes follow from the area.
OHM_PER_KM = dict(zip(MM2, (13.3, 7.98, 4.95, 3.30, 1.91, 1.21, 0.780, 0.554, 0.386, 0.272, 0.206, 0.161), strict=True))  # IEC 60228

# Breakers as they are sold: AC by IEC 60898-1, DC moulded-case sizes by makers' lists (assumed).
AC_BREAKERS_A = (6.0, 10.0, 13.0, 16.0, 20.0, 25.0, 32.0, 40.0, 50.0, 63.0, 80.0, 100.0, 125.0)
DC_BREAKERS_A = (63.0, 80.0, 100.0, 125.0, 160.0, 200.0, 225.0, 250.0)
# Least protective conductor for a phase conductor up to 16, up to 35 and above: IEC 60364-5-54, table 54.2.
EARTH_SAME_MM2, EARTH_MIDDLE_MM2, EARTH_SHARE = 16.0, 35.0, 0.5
# fmt: on
