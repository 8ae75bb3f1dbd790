"""Check rules of identifiers: does a value that looks right add up?

A recogniser names its check as it stands in `CHECKS`. Each takes the text that matched (as plain
ASCII) and says whether it may be the identifier.
"""

from __future__ import annotations

from collections.abc import Callable

from bernard.privacy.checks.contact import (
    country_calling_code,
    email,
    handle,
    spaced_handle,
    telephone_digits,
    uk_telephone,
)
from bernard.privacy.checks.dates import age_of_a_person, calendar_date
from bernard.privacy.checks.health import chi_number, nhs_number, nhs_number_in_use
from bernard.privacy.checks.identity import driving_licence, machine_readable_zone, us_ssn
from bernard.privacy.checks.justice import criminal_records_office, police_national_computer
from bernard.privacy.checks.learning import unique_pupil_number
from bernard.privacy.checks.money import bank_code, crypto_address, iban, imei, luhn
from bernard.privacy.checks.numbers import digits, has_digit, not_a_year, reference, short_reference
from bernard.privacy.checks.online import ip_address, personal_url, user_name
from bernard.privacy.checks.places import (
    address_words,
    coordinates,
    house,
    postcode,
    state_and_zip,
    street,
)
from bernard.privacy.checks.secrets import password_value, password_value_strong, token_value
from bernard.privacy.checks.tax import (
    national_insurance_number,
    unique_taxpayer_reference,
    value_added_tax_number,
)
from bernard.privacy.checks.vehicles import chassis_number, current_registration, registration

Check = Callable[[str], bool]

CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        address_words,
        age_of_a_person,
        bank_code,
        calendar_date,
        chassis_number,
        chi_number,
        coordinates,
        country_calling_code,
        criminal_records_office,
        crypto_address,
        current_registration,
        driving_licence,
        email,
        handle,
        has_digit,
        house,
        iban,
        imei,
        ip_address,
        luhn,
        machine_readable_zone,
        national_insurance_number,
        nhs_number,
        nhs_number_in_use,
        not_a_year,
        password_value,
        password_value_strong,
        personal_url,
        police_national_computer,
        postcode,
        reference,
        registration,
        short_reference,
        spaced_handle,
        state_and_zip,
        street,
        telephone_digits,
        token_value,
        uk_telephone,
        unique_pupil_number,
        unique_taxpayer_reference,
        us_ssn,
        user_name,
        value_added_tax_number,
    )
}

__all__ = ["CHECKS", "Check", "digits"]
