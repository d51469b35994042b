"""What the doctor says of the curves that are served; it loads no model."""

from leads.errors import DamagedBundle, InvalidInput, NoChampion
from pipelines.settings import Settings
from scoring.live_curve import load_pointed_curve
from scoring.pointer import Role, read_pointer

SAYS = "every curve that is served is the one that was written, and none is held"


def what_is_wrong(settings: Settings) -> list[str]:
    """What the doctor says about the curves that are served: damaged files, and held ones."""
    wrong = []
    for role in Role:
        try:
            pointer = read_pointer(settings.var, settings.model_name, role)
        except NoChampion:
            continue
        except InvalidInput as error:
            wrong.append(f"{role}: {error}")
            continue
        named = pointer.calibration
        if named is not None and named.held is not None:
            wrong.append(
                f"{role} {pointer.version}: a new curve is held: {named.held}; look at it, then "
                "`leadflow calibrate --accept-held` or `--discard-held`"
            )
        try:
            load_pointed_curve(pointer)
        except DamagedBundle as error:
            wrong.append(f"{role} {pointer.version}: {error}")
    return wrong
