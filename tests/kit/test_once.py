import threading
import uuid

import pytest
from django.db import connection
from django.http import QueryDict

from frontdesk.estate.models import Area
from frontdesk.kit.errors import KeyReused
from frontdesk.kit.models import OnceKey
from frontdesk.kit.once import digest, once


@pytest.mark.django_db
def test_once_remembers_where_the_first_answer_led(clerk):
    key = uuid.uuid4()
    with once(clerk, key, "/tickets/add/", "body") as claim:
        assert claim.location == ""
        claim.done("/tickets/1/")
    with once(clerk, key, "/tickets/add/", "body") as claim:
        assert claim.location == "/tickets/1/"


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "body"), [("/tickets/add/", "other"), ("/units/add/", "body")])
def test_once_refuses_the_same_key_for_something_else(clerk, path, body):
    key = uuid.uuid4()
    with once(clerk, key, "/tickets/add/", "body") as claim:
        claim.done("/tickets/1/")
    with pytest.raises(KeyReused), once(clerk, key, path, body):
        pytest.fail("must not be carried out")


@pytest.mark.django_db
def test_once_keys_belong_to_one_person(clerk, supervisor):
    key = uuid.uuid4()
    with once(clerk, key, "/", "body") as claim:
        claim.done("/1/")
    with once(supervisor, key, "/", "body") as claim:
        assert claim.location == ""


@pytest.mark.django_db
def test_a_failure_frees_the_key(clerk):
    key = uuid.uuid4()
    with pytest.raises(ZeroDivisionError), once(clerk, key, "/", "body"):
        1 / 0  # noqa: B018 - the failure itself
    assert not OnceKey.objects.exists()


def test_digest_leaves_the_csrf_token_out():
    one, two = QueryDict("a=1&b=2&csrfmiddlewaretoken=x"), QueryDict("b=2&a=1&csrfmiddlewaretoken=y")
    assert digest(one) == digest(two)
    assert digest(one) != digest(QueryDict("a=1&b=3"))


@pytest.mark.django_db(transaction=True)
def test_eight_posts_of_one_form_act_once(office, clerk):
    key, places, errors = uuid.uuid4(), [], []

    def post():
        try:
            with once(clerk, key, "/areas/add/", "body") as claim:
                if not claim.location:
                    area = Area.objects.create(office=office, name=str(uuid.uuid4()))
                    claim.done(f"/areas/{area.pk}/")
                places.append(claim.location or f"/areas/{area.pk}/")
        except Exception as error:  # noqa: BLE001 - a thread's failure must fail the test
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert Area.objects.count() == 1
    assert len(places) == 8
    assert len(set(places)) == 1
