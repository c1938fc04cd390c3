import threading

import pytest
from django.db import connection, transaction

from frontdesk.kit.models import Counter
from frontdesk.kit.numbering import next_number, next_numbers


@pytest.mark.django_db
def test_numbers_run_per_office_kind_and_year(office, other_office):
    assert [next_number(office, "ticket", 2026) for _ in range(3)] == [1, 2, 3]
    assert next_number(office, "ticket", 2027) == 1
    assert next_number(other_office, "ticket", 2026) == 1
    assert next_number(office, "document", 2026) == 1


@pytest.mark.django_db
def test_next_numbers_gives_a_run(office):
    assert next_numbers(office, "ticket", 2026, 5) == 1
    assert next_number(office, "ticket", 2026) == 6


@pytest.mark.django_db
def test_a_number_comes_back_when_the_transaction_fails(office):
    class Failed(Exception):
        pass

    def fail():
        with transaction.atomic():
            next_number(office, "ticket", 2026)
            raise Failed

    with pytest.raises(Failed):
        fail()
    assert next_number(office, "ticket", 2026) == 1


@pytest.mark.django_db(transaction=True)
def test_a_number_outside_a_transaction_is_refused(office):
    with pytest.raises(transaction.TransactionManagementError):
        next_number(office, "ticket", 2026)


@pytest.mark.django_db(transaction=True)
def test_eight_desks_at_once_get_eight_numbers_without_a_gap(office):
    numbers, errors = [], []

    def desk():
        try:
            for _ in range(5):
                with transaction.atomic():
                    numbers.append(next_number(office, "ticket", 2026))
        except Exception as error:  # noqa: BLE001 - a thread's failure must fail the test
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=desk) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(numbers) == list(range(1, 41))
    assert Counter.objects.get(office=office, kind="ticket", year=2026).last == 40
