"""The leak test itself is sound: its canaries are of every kind, and its search finds them in every writing."""

from bernard.privacy.recogniser import shipped

# What a coded run holds is of some other kind.
NOT_A_KIND = {"ENCODED"}


def test_there_is_a_canary_of_every_kind(all_canaries):
    kinds = {rule.kind for rule in shipped() if rule.personal} - NOT_A_KIND
    assert not kinds - {canary.kind for canary in all_canaries}


def test_each_is_found_whole(all_canaries, detector):
    for canary in all_canaries:
        found = detector.find(canary.text)
        begin, end = len(canary.before), len(canary.before) + len(canary.value)
        assert any(one.start <= begin and end <= one.end for one in found), (canary, found)


def test_the_search_finds_each_in_every_writing(all_canaries, all_writings, found_in):
    """Else a test that finds nothing would say nothing."""
    for name, write in all_writings.items():
        missed = [c for c in all_canaries if not found_in(write(c.text).encode(), [c.trace])]
        assert not missed, (name, missed[:3])


def test_the_search_finds_a_part(found_in):
    assert found_in(b"it ends in 476-5919", ["4765919"])
    assert not found_in(b"943 476", ["4765919"])


def test_every_surface_has_many_fields(surfaces):
    """Else the client's types would be read wrongly, and nothing planted."""
    least = {"openai-chat": 150, "openai-responses": 900, "anthropic-messages": 1200}
    least |= {"anthropic-beta": 3000, "openai-embeddings": 8, "openai-moderations": 7, "gemini": 80}
    assert all(len(surfaces[name]) >= number for name, number in least.items())
    paths = {field.path for field in surfaces["openai-chat"]}
    assert ".messages[]<assistant>.tool_calls[]<function>.function.arguments" in paths
    assert ".response_format<json_schema>.json_schema.schema{}.name" in paths
