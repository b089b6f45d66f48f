"""A config in words, for whoever wrote it. Pure."""

from kiosk.config import Config, RetentionSection, WebSection
from kiosk.fittings import AnyBank, BoardBank, LightsSection, LocksSection


def explain_config(config: Config) -> str:
    """What the config means, line by line."""
    kiosk, school, locks, web = config.kiosk, config.school, config.locks, config.web
    lines = [
        f"Kiosk {kiosk.id} of {school.name}, in zone {school.zone}.",
        f"Its record is in {kiosk.data}, its keys are in {kiosk.key_dir}.",
        "The clock is trusted when synchronised"
        + (
            ", or by its own battery."
            if kiosk.rtc_battery
            else "; this machine has no clock battery."
        ),
    ]
    for entry in school.week:
        lines.append(
            f"{', '.join(entry.days)}: arrival {entry.arrival:%H:%M}, locked {entry.locked:%H:%M}, "
            f"release {entry.release:%H:%M}, closed {entry.closed:%H:%M}."
        )
    lines += [
        f"{config.cabinet.cubbies} cubbies in rows of {config.cabinet.columns}.",
        f"Reader: {config.reader.backend}{_simulated(config.reader.simulated)}. "
        f"Locks: {locks.max_concurrent} on at once.",
        *(_bank(bank, locks) for bank in locks.banks),
        *_lights(config.lights),
        retention_words(config.retention),
        f"Pages on {web.host}, port {web.port}, {_encryption(web)}.",
        *_told(config),
    ]
    if config.is_simulated or config.lights.simulated:
        lines.append("SIMULATED: no real card or door is involved where it says so.")
    return "\n".join(lines)


def _told(config: Config) -> list[str]:
    """Who is sent something, without the addresses: passwords may be in them."""
    hooks = [
        f"Webhook {one.name}: {', '.join(one.events) or 'every event'}, "
        f"{'WITH NAMES' if one.names else 'without names'}, to {one.host}"
        + (", UNENCRYPTED." if one.allow_plain_http and one.url.startswith("http:") else ".")
        for one in config.tell.webhooks
    ]
    return hooks + [
        f"Messages to {one.name}: {', '.join(one.alerts)}; at most "
        f"{config.tell.most_an_hour} in an hour."
        for one in config.tell.messages
    ]


def retention_words(kept: RetentionSection) -> str:
    """How long what is kept."""
    years = "school year" if kept.acts_years == 1 else f"{kept.acts_years} school years"
    after = f", and the {years} after it" if kept.acts_years else ""
    return (
        f"Taps and doors are kept {kept.taps_days} days, visitors {kept.visitors_days}, acts of "
        f"staff until their school year has ended{after}; unknown cards {kept.unknown_hours} h."
    )


def _encryption(web: WebSection) -> str:
    if web.certificate is not None:
        return f"over TLS with the certificate {web.certificate}"
    if web.uses_tls:
        return "over TLS with a certificate made on this device"
    if web.is_loopback:
        return "unencrypted, for this machine alone"
    return "UNENCRYPTED, because allow_plain_http is set"


def _bank(bank: AnyBank, locks: LocksSection) -> str:
    numbers = bank.numbers
    where = f" at address {bank.address}" if isinstance(bank, BoardBank) else ""
    return (
        f"Bank {bank.name}: {bank.backend}{where}{_simulated(bank.simulated)}, "
        f"cubbies {min(numbers)} to {max(numbers)}, "
        f"pulses of {bank.pulse_s or locks.pulse_s:g} s, "
        f"never on longer than {bank.ceiling_s or locks.ceiling_s:g} s.{_made_up(bank)}"
    )


def _made_up(bank: AnyBank) -> str:
    """Wiring that was written down for a bank of software, and holds no machine to it."""
    if not bank.simulated or not bank.model_fields_set & {"pins", "channels", "port"}:
        return ""
    return " Its wiring is not compared with this machine's while it is simulated."


def _lights(lights: LightsSection) -> list[str]:
    parts = [name for name in ("lamp", "buzzer", "cubbies") if getattr(lights, name)]
    return [f"Lights: {', '.join(parts)}{_simulated(lights.simulated)}."] if parts else []


def _simulated(is_so: bool) -> str:
    return ", SIMULATED" if is_so else ""
