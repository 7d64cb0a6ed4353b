"""Who the machine is: name, model, maker, edition of the manual, warranty. Manual cover, 9, 11.

The maker's letter is an O; the datasheet's digit zero is a misprint (E1), read as the same model.
The web address has another domain than the e-mail's; both are printed (E14).
"""

from datetime import date

BRAND = "JustStandOut"
PRODUCT = "smart hybrid inverter"
MODEL = "JSO8048104"
MODEL_MISPRINT = "JS08048104"
ADDRESS = "14D, Femi Okunnu Estate, Lekki"
TELEPHONE = "+234 909 917 7317"
EMAIL = "service@juststandout.com"
WEB = "www.energywarrior.com"
MANUAL_VERSION = "1.0"
MANUAL_DATE = "April 2021"
WARRANTY_YEARS = 5
# Outline over all, from the datasheet (9).
WIDTH_MM, HEIGHT_MM, DEPTH_MM = 422, 658, 281

# What a service report has to carry (manual 7).
REPORT_FIELDS = (
    "serial number of the inverter",
    "distributor or service centre",
    "date of the first generation on the grid",
    "description of the problem with fault code and indicators, as detailed as possible",
    "your contact data",
)


def is_model(text: str) -> bool:
    """Return whether a text names this model, in either spelling."""
    return text.strip().upper() in (MODEL, MODEL_MISPRINT)


def warranty_ends(first_on_grid: date) -> date:
    """Return the last day of the warranty of a machine first on the grid on a day (E18).

    A repaired or replaced machine keeps this day.
    """
    year = first_on_grid.year + WARRANTY_YEARS
    try:
        return first_on_grid.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
