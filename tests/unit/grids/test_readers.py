from __future__ import annotations

import gzip
import io
import json
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyproj
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.grids.tessellations import grid_codes, lattice, quads
from wangge.foundation import geo
from wangge.foundation.errors import Invalid
from wangge.grids.readers import FeatureTable, Limits, read_features
from wangge.grids.types import GridKind

DATA = Path(__file__).parents[3] / "data"
SHAPES = quads(lattice(3, 2, seed=5))
CODES = grid_codes(6)
NAMES = [f"东山社区第{n}网格" for n in "一二三四五六"]
SYSTEMS = ["EPSG:4326", "EPSG:4490", "EPSG:32650", "EPSG:4549", "GCJ-02", "BD-09"]


def in_crs(shapes: Any, crs: str) -> Any:
    """The shapes as a file in that system has them."""
    if crs in ("GCJ-02", "BD-09"):
        shift = geo.wgs84_to_gcj02 if crs == "GCJ-02" else geo.wgs84_to_bd09
        return shapely.transform(shapes, lambda xy: np.column_stack(shift(xy[:, 0], xy[:, 1])))
    there = pyproj.Transformer.from_crs(4326, crs, always_xy=True).transform
    return shapely.transform(shapes, lambda xy: np.column_stack(there(xy[:, 0], xy[:, 1])))


def write_geojson(path: Path, shapes: Any, crs: str | None = None, **columns: list[Any]) -> Path:
    columns = columns or {"code": CODES, "name": NAMES}
    features = [
        {
            "type": "Feature",
            "properties": {name: values[i] for name, values in columns.items()},
            "geometry": json.loads(shapely.to_geojson(shape)) if shape is not None else None,
        }
        for i, shape in enumerate(shapes)
    ]
    collection: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if crs:
        collection["crs"] = {"type": "name", "properties": {"name": crs}}
    path.write_text(json.dumps(collection, ensure_ascii=False))
    return path


def write_gdal(path: Path, shapes: Any, crs: str | None, encoding: str | None = None, **columns: Any) -> Path:
    columns = columns or {"code": CODES, "name": NAMES}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no CRS, cut column names: on purpose
        pyogrio.raw.write(
            path,
            geometry=np.array(shapely.to_wkb(shapes), dtype=object),
            field_data=[np.array(v, dtype=None if isinstance(v[0], float) else object) for v in columns.values()],
            fields=list(columns),
            crs=None if crs in ("GCJ-02", "BD-09") else crs,
            geometry_type="Polygon",
            encoding=encoding,
        )
    return path


def write_zip(folder: Path, shapes: Any, crs: str | None, encoding: str | None = None, **columns: Any) -> Path:
    inner = folder / "inner"
    inner.mkdir()
    write_gdal(inner / "网格.shp", shapes, crs, encoding, **columns)
    archive = folder / "upload.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for part in inner.iterdir():
            out.write(part, f"data/{part.name}")
    return archive


def write_parquet(path: Path, shapes: Any, crs: Any, *, geo_meta: bool = True) -> Path:
    table = pa.table({"code": CODES, "name": NAMES, "geometry": shapely.to_wkb(shapes).tolist()})
    if geo_meta:
        described: dict[str, Any] = {"encoding": "WKB", "geometry_types": ["Polygon"]}
        if crs != "silent":
            described["crs"] = pyproj.CRS(crs).to_json_dict() if crs else None
        meta = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": described}}
        table = table.replace_schema_metadata({"geo": json.dumps(meta)})
    pq.write_table(table, path)
    return path


def is_town(table: FeatureTable) -> None:
    """The table holds our six grids where they are."""
    assert table.codes == tuple(CODES)
    assert table.names == tuple(NAMES)
    away = shapely.hausdorff_distance(table.polygons, SHAPES)
    assert (away < 2e-7).all()  # 2 cm


@pytest.mark.parametrize("crs", SYSTEMS)
def test_every_format_in_every_system(tmp_path: Path, crs: str) -> None:
    shapes = in_crs(SHAPES, crs)
    files = [
        write_geojson(tmp_path / "a.geojson", shapes),
        write_gdal(tmp_path / "a.gpkg", shapes, crs),
        write_zip(tmp_path, shapes, crs, "UTF-8"),
        write_parquet(tmp_path / "a.parquet", shapes, None, geo_meta=False),
    ]
    for file in files:
        table = read_features(file, crs=crs)
        is_town(table)
        assert table.source_crs == crs


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:32650", "EPSG:4549"])
def test_the_file_may_say_the_system_itself(tmp_path: Path, crs: str) -> None:
    shapes = in_crs(SHAPES, crs)
    files = [
        write_geojson(tmp_path / "a.geojson", shapes, f"urn:ogc:def:crs:EPSG::{crs[5:]}"),
        write_gdal(tmp_path / "a.gpkg", shapes, crs),
        write_zip(tmp_path, shapes, crs, "UTF-8"),
        write_parquet(tmp_path / "a.parquet", shapes, crs),
    ]
    for file in files:
        table = read_features(file)
        is_town(table)
        assert table.source_crs == crs


def test_geoparquet_without_crs_is_wgs84_by_its_standard(tmp_path: Path) -> None:
    is_town(read_features(write_parquet(tmp_path / "a.parquet", SHAPES, "silent")))


def test_our_own_member_says_gcj02(tmp_path: Path) -> None:
    file = write_geojson(tmp_path / "a.json", in_crs(SHAPES, "GCJ-02"))
    file.write_text(json.dumps(json.loads(file.read_text()) | {"wangge:crs": "GCJ-02"}))
    is_town(read_features(file))


def refusal(path: Path, **options: Any) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read_features(path, **options)
    return caught.value


def test_a_silent_file_asks_for_its_system(tmp_path: Path) -> None:
    for file in (
        write_geojson(tmp_path / "a.geojson", SHAPES),
        write_zip(tmp_path, SHAPES, None, "UTF-8"),
        write_parquet(tmp_path / "a.parquet", SHAPES, None),
        write_parquet(tmp_path / "b.parquet", SHAPES, None, geo_meta=False),
    ):
        problem = refusal(file)
        assert (problem.code, problem.field) == ("grids.file.crs_missing", "crs")


def test_a_contradiction_is_refused(tmp_path: Path) -> None:
    file = write_gdal(tmp_path / "a.gpkg", in_crs(SHAPES, "EPSG:32650"), "EPSG:32650")
    problem = refusal(file, crs="EPSG:4549")
    assert problem.code == "grids.file.crs_conflict"
    assert problem.params == {"declared": "EPSG:4549", "found": "EPSG:32650"}
    assert refusal(file, crs="GCJ-02").code == "grids.file.crs_conflict"


def test_gcj02_may_be_declared_over_wgs84_and_is_mentioned(tmp_path: Path) -> None:
    file = write_gdal(tmp_path / "a.gpkg", in_crs(SHAPES, "GCJ-02"), "EPSG:4326")
    table = read_features(file, crs="GCJ-02")
    is_town(table)
    assert [w.params for w in table.warnings if w.code == "crs_overridden"] == [
        {"declared": "GCJ-02", "found": "EPSG:4326"}
    ]


def test_an_unknown_system_is_refused(tmp_path: Path) -> None:
    problem = refusal(write_geojson(tmp_path / "a.geojson", SHAPES), crs="火星")
    assert (problem.code, problem.field) == ("geo.unknown_crs", "crs")


@pytest.mark.parametrize(("shapes", "fault"), [
    (shapely.transform(SHAPES, lambda xy: xy[:, ::-1]), "SWAPPED"),
    (in_crs(SHAPES, "EPSG:32650"), "OUT_OF_WORLD"),
])  # fmt: skip
def test_coordinates_that_cannot_be_in_the_system(tmp_path: Path, shapes: Any, fault: str) -> None:
    problem = refusal(write_geojson(tmp_path / "a.geojson", shapes), crs="EPSG:4326")
    assert (problem.code, problem.params["fault"]) == ("grids.file.not_in_crs", fault)


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8", "GB18030"])
@pytest.mark.parametrize("with_cpg", [True, False])
def test_chinese_shapefiles_in_either_encoding(tmp_path: Path, encoding: str, with_cpg: bool) -> None:
    archive = write_zip(tmp_path, SHAPES, "EPSG:4490", encoding, 网格编码=CODES, 网格名称=NAMES)
    if not with_cpg:
        archive = without(archive, ".cpg")
    table = read_features(archive)
    is_town(table)
    cut = 3 if encoding == "UTF-8" else 4  # column names end after ten bytes
    assert table.fields == {"code": "网格编码"[:cut], "name": "网格名称"[:cut]}
    assert ("encoding_guessed" in {w.code for w in table.warnings}) == (not with_cpg)


def without(archive: Path, suffix: str) -> Path:
    smaller = archive.with_name("smaller.zip")
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(smaller, "w") as out:
        for member in source.infolist():
            if not member.filename.endswith(suffix):
                out.writestr(member, source.read(member))
    return smaller


@pytest.mark.parametrize("column", ["code", "grid_code", "网格编码", "WGBM", "OBJECTCODE", "whatever"])
def test_the_code_column_is_guessed_and_said(tmp_path: Path, column: str) -> None:
    file = write_geojson(tmp_path / "a.geojson", SHAPES, other=list(range(6)), **{column: CODES})
    table = read_features(file, crs="EPSG:4326")
    assert table.codes == tuple(CODES)
    assert {"role": "code", "field": column} in [w.params for w in table.warnings]
    assert "no_name_field" in {w.code for w in table.warnings}


def test_a_named_column_wins_whatever_its_case(tmp_path: Path) -> None:
    file = write_geojson(tmp_path / "a.geojson", SHAPES, code=["x"] * 6, Real=CODES, name=NAMES)
    is_town(read_features(file, crs="EPSG:4326", code_field="real"))
    problem = refusal(file, crs="EPSG:4326", code_field="reel")
    assert (problem.code, problem.field) == ("grids.file.no_such_field", "code_field")


def test_a_file_without_codes_is_refused_with_its_columns(tmp_path: Path) -> None:
    file = write_geojson(tmp_path / "a.geojson", SHAPES, colour=["red"] * 6)
    problem = refusal(file, crs="EPSG:4326")
    assert (problem.code, problem.params) == ("grids.file.no_code_field", {"fields": ["colour"]})


def test_numbers_for_codes_lose_nothing(tmp_path: Path) -> None:
    numbers = [float(code) for code in CODES]
    file = write_gdal(tmp_path / "a.gpkg", SHAPES, "EPSG:4326", code=numbers, name=NAMES)
    is_town(read_features(file))


def test_kinds_parents_and_households(tmp_path: Path) -> None:
    file = write_geojson(
        tmp_path / "a.geojson",
        SHAPES,
        code=CODES,
        name=NAMES,
        kind=["GENERAL", "专属网格", "综合网格", "", None, "猫"],
        community_code=["320115001001"] * 6,
        户数=[300, "412", 300.0, None, "many", -1],
    )
    table = read_features(file, crs="EPSG:4326")
    general, exclusive = GridKind.GENERAL, GridKind.EXCLUSIVE
    assert table.kinds == (general, exclusive, general, None, None, None)
    assert table.parents == ("320115001001",) * 6
    assert table.households == (300, 412, 300, None, None, None)
    assert {"values": ["猫"]} in [w.params for w in table.warnings]


def test_missing_shapes_and_codes_stay_missing(tmp_path: Path) -> None:
    shapes = [SHAPES[0], None, SHAPES[2]]
    file = write_geojson(tmp_path / "a.geojson", shapes, code=[CODES[0], None, ""], name=["", None, "x"])
    table = read_features(file, crs="EPSG:4326", code_field="code")
    assert table.codes == (CODES[0], "", "")
    assert table.polygons[1] is None


def test_layers_must_be_chosen(tmp_path: Path) -> None:
    file = write_gdal(tmp_path / "a.gpkg", SHAPES, "EPSG:4326")
    pyogrio.raw.write(
        file,
        geometry=np.array(shapely.to_wkb(SHAPES), dtype=object),
        field_data=[np.array(CODES, dtype=object), np.array(NAMES, dtype=object)],
        fields=["code", "name"],
        crs="EPSG:4326",
        geometry_type="Polygon",
        layer="second",
        append=True,
    )
    problem = refusal(file)
    assert (problem.code, problem.params) == ("grids.file.choose_layer", {"layers": ["a", "second"]})
    is_town(read_features(file, layer="second"))


def test_a_plain_parquet_with_wkt(tmp_path: Path) -> None:
    pq.write_table(
        pa.table({"code": CODES, "name": NAMES, "wkt": shapely.to_wkt(SHAPES, rounding_precision=-1).tolist()}),
        tmp_path / "a.parquet",
    )
    is_town(read_features(tmp_path / "a.parquet", crs="EPSG:4326"))


def test_gzipped_geojson(tmp_path: Path) -> None:
    plain = write_geojson(tmp_path / "a.geojson", SHAPES)
    packed = tmp_path / "upload"
    packed.write_bytes(gzip.compress(b"\xef\xbb\xbf" + plain.read_bytes()))
    is_town(read_features(packed, crs="EPSG:4326"))


def test_the_shipped_files_are_read() -> None:
    london = read_features(DATA / "tests/london_oa2011.parquet")
    assert (len(london), london.source_crs) == (25_053, "EPSG:4326")
    assert london.fields == {"code": "grid_code", "parent": "parent_code"}
    grids = read_features(DATA / "demo/jiangning/grids.geojson.gz")
    assert len(grids) == 1500
    assert set(grids.kinds) == {GridKind.GENERAL, GridKind.EXCLUSIVE}
    jiangsu = read_features(DATA / "boundaries/jiangsu_gcj02.geojson.gz")
    assert (len(jiangsu), jiangsu.source_crs, jiangsu.fields["code"]) == (109, "GCJ-02", "adcode")


# --- hostile files ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "grids.file.unknown_format"),
        (b"\x00" * 100, "grids.file.unknown_format"),
        (b"<kml></kml>", "grids.file.unknown_format"),
        (b"{", "grids.file.unreadable"),
        (b"[" * 100_000, "grids.file.unknown_format"),
        (b'{"a":' * 100_000, "grids.file.unreadable"),
        (b'{"type":"FeatureCollection"}', "grids.file.unreadable"),
        (b'{"type":"FeatureCollection","features":[]}', "grids.file.no_features"),
        (b'{"type":"FeatureCollection","features":[1]}', "grids.file.unreadable"),
        (b'{"type":"FeatureCollection","features":[{"geometry":null}]}', "grids.file.no_features"),
        (
            b'{"type":"FeatureCollection","features":[{"geometry":{"type":"Polygon"}}]}',
            "grids.file.unreadable",
        ),
        (b'{"type":"FeatureCollection","features":[{"geometry":"x"}]}', "grids.file.unreadable"),
        (b'{"type":"FeatureCollection","name":"\xff\xfe"}', "grids.file.bad_encoding"),
        (
            b'{"type":"gdal_streamed_alg","command_line":"gdal vector read /etc/passwd"}',
            "grids.file.unreadable",
        ),
        (b"\x1f\x8bnot gzip", "grids.file.unreadable"),
        (b"PAR1 and nothing else PAR1", "grids.file.unreadable"),
        (b"SQLite format 3\x00 no", "grids.file.unreadable"),
        (b"PK\x03\x04 broken", "grids.file.unreadable"),
    ],
)
def test_broken_files_are_refused(tmp_path: Path, content: bytes, code: str) -> None:
    file = tmp_path / "upload"
    file.write_bytes(content)
    problem = refusal(file, crs="EPSG:4326")
    assert (problem.code, problem.field) == (code, "file")


def zip_of(path: Path, *members: tuple[str, bytes], link: bool = False) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if link:
                info.external_attr = 0o120777 << 16
            out.writestr(info, content)
    return path


@pytest.mark.parametrize("name", ["../a.shp", "/etc/a.shp", "x/../../a.shp", "..\\a.shp", "C:/a.shp"])
def test_a_zip_cannot_lead_out(tmp_path: Path, name: str) -> None:
    assert refusal(zip_of(tmp_path / "a.zip", (name, b""))).code == "grids.file.unsafe_archive"


def test_a_zip_with_links_is_refused(tmp_path: Path) -> None:
    file = zip_of(tmp_path / "a.zip", ("a.shp", b"/etc/passwd"), link=True)
    assert refusal(file).code == "grids.file.unsafe_archive"


def test_a_zip_without_shapefile_or_with_several(tmp_path: Path) -> None:
    assert refusal(zip_of(tmp_path / "a.zip", ("readme.txt", b""))).code == "grids.file.unknown_format"
    several = refusal(zip_of(tmp_path / "b.zip", ("a.shp", b""), ("b.shp", b"")))
    assert (several.code, several.params) == ("grids.file.choose_layer", {"layers": ["a", "b"]})
    assert refusal(zip_of(tmp_path / "c.zip", ("a.shp", b""))).code == "grids.file.unreadable"


def test_bombs_stop_at_the_limit(tmp_path: Path) -> None:
    limits = Limits(unpacked_bytes=1_000_000)
    zeros = b"\0" * 5_000_000
    packed = tmp_path / "a.gz"
    packed.write_bytes(gzip.compress(zeros))
    for file in (packed, zip_of(tmp_path / "a.zip", ("a.shp", zeros))):
        problem = refusal(file, limits=limits)
        assert (problem.code, problem.params) == ("grids.file.too_large", {"limit_bytes": 1_000_000})


def test_amounts_are_bounded(tmp_path: Path) -> None:
    files = [
        write_geojson(tmp_path / "a.geojson", SHAPES),
        write_gdal(tmp_path / "a.gpkg", SHAPES, "EPSG:4326"),
        write_zip(tmp_path, SHAPES, "EPSG:4326", "UTF-8"),
        write_parquet(tmp_path / "a.parquet", SHAPES, "EPSG:4326"),
    ]
    for file in files:
        size = file.stat().st_size
        assert refusal(file, limits=Limits(packed_bytes=size - 1)).code == "grids.file.too_large"
        assert refusal(file, limits=Limits(features=5)).code == "grids.file.too_many_features"
        problem = refusal(file, limits=Limits(vertices=29))
        assert (problem.code, problem.params) == (
            "grids.file.too_many_vertices",
            {"vertices": 30, "limit": 29},
        )


def test_texts_in_another_encoding_than_claimed(tmp_path: Path) -> None:
    archive = write_zip(tmp_path, SHAPES, "EPSG:4326", "GBK", code=CODES, name=NAMES)
    with zipfile.ZipFile(without(archive, ".cpg"), "a") as out:
        out.writestr("data/网格.cpg", "UTF-8")
    assert refusal(tmp_path / "smaller.zip").code == "grids.file.bad_encoding"


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_damaged_files_never_crash(tmp_path: Path, data: st.DataObject) -> None:
    """A few bytes changed anywhere: read, or refused with a problem of ours."""
    if not (tmp_path / "good.gpkg").exists():
        write_geojson(tmp_path / "good.geojson", SHAPES, "EPSG:4326")
        write_gdal(tmp_path / "good.gpkg", SHAPES, "EPSG:4326")
        write_zip(tmp_path, SHAPES, "EPSG:4326", "GBK").rename(tmp_path / "good.zip")
        write_parquet(tmp_path / "good.parquet", SHAPES, "EPSG:4326")
    good = tmp_path / f"good.{data.draw(st.sampled_from(['geojson', 'gpkg', 'zip', 'parquet']))}"
    content = bytearray(good.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    damaged = tmp_path / "damaged"
    damaged.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    try:
        read_features(damaged, limits=Limits(unpacked_bytes=50_000_000))
    except Invalid as problem:
        assert problem.field


def test_one_long_text_repeated_is_counted_as_often_as_it_is_unfolded(tmp_path: Path) -> None:
    """A few kilobytes of GeoParquet that claim a megabyte and would fill gigabytes of memory."""
    count = 3000
    shapes = shapely.to_wkb(np.repeat(SHAPES[:1], count)).tolist()
    columns = {"code": [f"{n:015}" for n in range(count)], "name": ["长" * 300_000] * count, "geometry": shapes}
    bomb = tmp_path / "bomb.parquet"
    pq.write_table(pa.table(columns), bomb, compression="zstd")
    assert bomb.stat().st_size < 2_000_000
    assert refusal(bomb, limits=Limits(unpacked_bytes=100_000_000)).code == "grids.file.too_large"


def test_shapes_in_a_dictionary_are_no_geoparquet(tmp_path: Path) -> None:
    shapes = pa.array(shapely.to_wkb(SHAPES).tolist()).dictionary_encode()
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"code": CODES, "name": NAMES, "geometry": shapes}), file)
    assert refusal(file).code == "grids.file.unreadable"


def test_an_archive_whose_names_are_no_text_is_refused(tmp_path: Path) -> None:
    content = write_zip(tmp_path, SHAPES, "EPSG:4326", "GBK").read_bytes()
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    damaged = tmp_path / "damaged.zip"
    broken = content
    for name in names:
        broken = broken.replace(name.encode(), b"\xff" * len(name.encode()))
    # bit 11 of the flags: "the name is UTF-8"
    broken = broken.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x00\x08")
    damaged.write_bytes(broken)
    with pytest.raises(UnicodeDecodeError):
        zipfile.ZipFile(damaged)
    assert refusal(damaged).field == "file"
