// The map's geometry: Natural Earth (public domain, from world-atlas) as SVG paths.
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { geoCentroid, geoContains, geoEqualEarth, geoPath } from "d3-geo";
import { feature, merge } from "topojson-client";
import { presimplify, quantile, simplify } from "topojson-simplify";

const WIDTH = 2400; // a grid fine enough for whole numbers
const MARGIN = 4;
const CENTRE = 11; // the meridian in the middle: no mainland is cut in two
const KEPT = 0.16; // the share of points that simplification leaves
const SMALL = 90; // an area of fewer square units is drawn as a dot as well
const ANTARCTICA = "010";

// Natural Earth draws who is in control. Where the General Assembly or the Security Council called
// on States not to recognize a change, the area goes with the State that they name: resolutions
// 68/262 (Crimea), 541 (1983) and 550 (1984) (Cyprus). No resolution sets Somaliland apart. The
// codes of the United Nations have none for Taiwan, after resolution 2758 (XXVI).
const CRIMEA = { place: [34.1, 45.2], from: "643", to: "804" };
const PART_OF = { "N. Cyprus": "196", Somaliland: "706", Taiwan: "156" };

// Western Sahara is a Non-Self-Governing Territory up to its northern boundary, a parallel; Natural
// Earth gives what lies west of the berm to Morocco.
const SAHARA = { from: "504", to: "732", parallel: 27 + 40 / 60 };

const require = createRequire(import.meta.url);

// Width, height, and for each M49 code a path, and a dot where the area is too small to be seen.
// Areas without a code of their own have the empty one.
export async function world() {
  const topology = simplified(await read("50m"));
  const areas = byCode(topology);
  const shapes = withSahara(new Map([...areas].map(([m49, each]) => [m49, shape(topology, each)])));
  const { projection, height } = projected([...shapes.values()]);
  const drawn = [...shapes].map(([m49, geometry]) => ({
    m49,
    path: path(projection, geometry),
    dot: m49 && dot(projection, geometry),
  }));
  drawn.push(...(await tiny(projection, areas)));
  drawn.sort((a, b) => (a.m49 < b.m49 ? -1 : 1));
  return { width: WIDTH, height, areas: drawn };
}

async function read(detail) {
  const path = require.resolve(`world-atlas/countries-${detail}.json`);
  return JSON.parse(await readFile(path, "utf8"));
}

function simplified(topology) {
  const weighted = presimplify(topology);
  return simplify(weighted, quantile(weighted, KEPT));
}

function byCode(topology) {
  const areas = new Map();
  for (const { id, type, arcs, properties } of topology.objects.countries.geometries) {
    const m49 = PART_OF[properties.name] ?? id ?? "";
    areas.set(m49, [...(areas.get(m49) ?? []), ...(type === "Polygon" ? [arcs] : arcs)]);
  }
  areas.delete(ANTARCTICA);
  return withCrimea(topology, areas);
}

function withCrimea(topology, areas) {
  const holds = (arcs) => geoContains(feature(topology, { type: "Polygon", arcs }), CRIMEA.place);
  const all = areas.get(CRIMEA.from);
  const moved = all.filter(holds);
  if (moved.length !== 1) throw new Error("Crimea is no polygon of its own in this geometry");
  areas.set(CRIMEA.from, all.filter((arcs) => !holds(arcs)));
  areas.set(CRIMEA.to, [...areas.get(CRIMEA.to), ...moved]);
  return areas;
}

function withSahara(shapes) {
  const whole = shapes.get(SAHARA.from).coordinates;
  const [north, south] = [1, -1].map((side) => whole.map((rings) => cut(rings, side)).filter((rings) => rings.length));
  if (!south.length) throw new Error("Morocco does not reach south of the parallel in this geometry");
  shapes.set(SAHARA.from, { type: "MultiPolygon", coordinates: north });
  const coordinates = [...shapes.get(SAHARA.to).coordinates, ...south];
  return shapes.set(SAHARA.to, { type: "MultiPolygon", coordinates });
}

// What of the rings lies on one side of the parallel: 1 for north, -1 for south.
function cut(rings, side) {
  const beyond = ([, latitude]) => side * (latitude - SAHARA.parallel) > 0;
  const crossing = ([x1, y1], [x2, y2]) => [x1 + ((SAHARA.parallel - y1) / (y2 - y1)) * (x2 - x1), SAHARA.parallel];
  return rings
    .map((ring) => {
      const kept = ring.slice(1).flatMap((point, place) => {
        const before = ring[place];
        const met = beyond(before) === beyond(point) ? [] : [crossing(before, point)];
        return beyond(point) ? [...met, point] : met;
      });
      return kept.length ? [...kept, kept[0]] : [];
    })
    .filter((ring) => ring.length > 3);
}

function shape(topology, polygons) {
  return merge(topology, polygons.map((arcs) => ({ type: "Polygon", arcs })));
}

function projected(shapes) {
  const whole = { type: "GeometryCollection", geometries: shapes };
  const projection = geoEqualEarth().rotate([-CENTRE, 0]).fitWidth(WIDTH - 2 * MARGIN, whole);
  const [[left, top], [, bottom]] = geoPath(projection).bounds(whole);
  const [x, y] = projection.translate();
  projection.translate([x - left + MARGIN, y - top + MARGIN]);
  return { projection, height: Math.ceil(bottom - top + 2 * MARGIN) };
}

// What only the finest geometry has, as Tuvalu.
async function tiny(projection, known) {
  const fine = await read("10m");
  return [...byCode(fine)]
    .filter(([m49]) => !known.has(m49))
    .map(([m49, polygons]) => {
      const point = projection(geoCentroid(shape(fine, polygons)));
      return { m49, path: "", dot: point.map(Math.round) };
    });
}

function dot(projection, geometry) {
  const drawn = geoPath(projection);
  return drawn.area(geometry) < SMALL ? drawn.centroid(geometry).map(Math.round) : null;
}

function path(projection, geometry) {
  const pen = new Pen();
  geoPath(projection, pen)(geometry);
  return pen.text;
}

// Writes whole numbers, each line relative to the point before: half the length of other paths.
class Pen {
  text = "";

  moveTo(x, y) {
    [this.x, this.y] = [Math.round(x), Math.round(y)];
    this.text += `M${this.x} ${this.y}l`;
  }

  lineTo(x, y) {
    const [right, down] = [Math.round(x) - this.x, Math.round(y) - this.y];
    if (!right && !down) return;
    [this.x, this.y] = [this.x + right, this.y + down];
    const gap = right < 0 || this.text.endsWith("l") ? "" : " ";
    this.text += `${gap}${right}${down < 0 ? "" : " "}${down}`;
  }

  closePath() {
    this.text = this.text.endsWith("l") ? this.text.slice(0, -1) : `${this.text}z`;
  }
}
