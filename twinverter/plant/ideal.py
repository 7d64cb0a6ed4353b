"""The same house without losses, for checking the law by head: 40 A are 2000 W.

Converters, own consumption, feeder and droop lose nothing; the battery is a source of 50.0 V
that neither ages nor warms and whose management never interferes; the sun has room above the
10.4 kW rating at less than 12.5 A an input. All figures here are assumed.
"""

from twinverter.core.converter import Loss
from twinverter.plant.site import Ageing, Battery, Feeder, Genset, PvString, Site

LOSSLESS = Loss(0.0, 0.0)
FLAT_V = 50.0
CAPACITY_AH = 200.0
WIDE_A = 500.0

# 14 modules of 453 W: each input gives 6.3 kW at 579 V and 10.9 A in full sun at 25 degC.
GENEROUS_STRING = PvString(
    modules=14.0,
    light_current_ref_a=11.5,
    saturation_current_ref_a=1.0e-10,
    series_ohm=0.1,
    shunt_ref_ohm=1000.0,
    ideality_ref_v=1.9,
    alpha_isc_a_per_k=0.0055,
    band_gap_ref_ev=1.121,
    band_gap_slope_per_k=-0.0002677,
)

AGELESS = Ageing(
    order=1.0,
    calendar_rate=0.0,
    calendar_activation_k=0.0,
    calendar_soc_cubic=0.0,
    calendar_soc_base=0.0,
    cycle_rate=0.0,
    cycle_current_h=0.0,
    cycle_depth_cubic=0.0,
    cycle_depth_base=0.0,
    cycle_depth_exponent=0.0,
)


def ideal(site: Site) -> Site:
    """Return `site` with every loss taken out and a battery of 50.0 V and 10 kWh."""
    return site._replace(
        pv1=GENEROUS_STRING,
        pv2=GENEROUS_STRING,
        tracker=site.tracker._replace(efficiency=1.0, loss=LOSSLESS),
        battery=_ideal_battery(site.battery),
        bridge=site.bridge._replace(
            inverter_loss=LOSSLESS,
            battery_loss=LOSSLESS,
            own_running_w=0.0,
            own_idle_w=0.0,
            fixed_w=0.0,
        ),
        feeder=Feeder(resistance_ohm=0.0, reactance_ohm=0.0),
        genset=_ideal_genset(site.genset),
    )


def _ideal_battery(battery: Battery) -> Battery:
    return battery._replace(
        capacity_ah=CAPACITY_AH,
        ocv_v=(FLAT_V,) * len(battery.ocv_v),
        resistance_ohm=0.0,
        resistance_empty_factor=1.0,
        resistance_full_factor=1.0,
        resistance_cold_per_k=0.0,
        coulomb_efficiency=1.0,
        self_discharge_per_s=0.0,
        bms_charge_v=60.0,
        bms_discharge_v=40.0,
        bms_charge_a=WIDE_A,
        bms_discharge_a=WIDE_A,
        bms_taper_soc=1.0,
        bms_low_soc=0.0,
        bms_cold_c=-100.0,
        bms_cool_c=-99.0,
        bms_warm_c=99.0,
        bms_hot_c=100.0,
        ageing=AGELESS,
    )


def _ideal_genset(genset: Genset) -> Genset:
    """Return the set that holds at every load what the real one gives at rated load."""
    return genset._replace(
        no_load_v=genset.no_load_v - genset.droop_v_per_w * genset.rated_w,
        droop_v_per_w=0.0,
        no_load_hz=genset.no_load_hz - genset.droop_hz_per_w * genset.rated_w,
        droop_hz_per_w=0.0,
    )
