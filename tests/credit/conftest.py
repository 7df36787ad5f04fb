import pytest

from tests.credit.cast import Cast
from tests.world import World, a_world


@pytest.fixture
def world(db: None) -> World:
    return a_world()


@pytest.fixture
def an_phat(world: World) -> Cast:
    """Sao Mai's customer."""
    return Cast(world, world.an_phat)


@pytest.fixture
def hong_ha(world: World) -> Cast:
    """A direct customer."""
    return Cast(world, world.hong_ha)


@pytest.fixture
def sao_mai(world: World) -> Cast:
    """The partner, buying for itself."""
    return Cast(world, world.sao_mai)
