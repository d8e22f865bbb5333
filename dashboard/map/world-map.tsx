import { world } from 'virtual:world';
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { MetricName, Row } from '../api/types.ts';
import { showValue } from '../model/dimensions.ts';
import { mapTexts } from '../texts/texts.ts';
import { type MapModel, mapOf, type Place, stepFrom } from './model.ts';

export type MapProps = {
  readonly rows: readonly Row[];
  readonly columns: readonly MetricName[];
  readonly beside: MetricName | undefined;
  /** The metric's label. */
  readonly label: string;
  readonly isChosen: (code: string) => boolean;
  /** `isNot`: the country is to be left out. */
  readonly onChoose: (code: string, isNot: boolean) => void;
};

/** A country that is pointed at, and where on the map its name is to stand, from 0 to 1. */
type Pointed = { readonly code: string; readonly x: number; readonly y: number };

const codes = Object.keys(world.countries);
const isDot = (code: string) => world.countries[code]![2] === undefined;
const dotRadius = 4;

/** Countries are shaded by the metric. Each that has a row is a button that filters by it. */
export function WorldMap(props: MapProps) {
  const { rows, columns, beside, label, isChosen, onChoose } = props;
  const model = mapOf(world, rows, columns, beside);
  const { places } = model;
  const svg = useRef<SVGSVGElement>(null);
  const pointed = useSignal<Pointed | undefined>(undefined);
  /** The one that was last on the keyboard's way; Tab leads to it. */
  const current = useSignal<string | undefined>(undefined);
  const withRow = new Set(places.map(({ code }) => code));
  const entry = withRow.has(current.value ?? '') ? current.value : places[0]?.code;
  const leave = () => {
    pointed.value = undefined;
  };

  useEffect(() => {
    const onKey = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') leave();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  const choose = (code: string | undefined, isNot: boolean) => {
    if (code === undefined || !withRow.has(code)) return;
    leave();
    onChoose(code, isNot);
  };
  const goTo = ({ code }: Place) => {
    current.value = code;
    svg.current?.querySelector<SVGElement>(`[data-code="${code}"]`)?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    const code = codeOf(event.target);
    if (code === undefined || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      const isNot = event.altKey || event.shiftKey;
      // What is left out is a button no more: the next one is, from where one can go on.
      const next = isNot ? stepFrom(places, code, 'ArrowRight') : undefined;
      if (next !== undefined) goTo(next);
      choose(code, isNot);
      return;
    }
    const next = event.altKey ? undefined : stepFrom(places, code, event.key);
    if (next === undefined) return;
    event.preventDefault();
    goTo(next);
  };
  const onMove = ({ target, clientX, clientY }: PointerEvent) => {
    const code = codeOf(target);
    if (code === undefined) return leave();
    const { left, top, width, height } = svg.current!.getBoundingClientRect();
    pointed.value = { code, x: (clientX - left) / width, y: (clientY - top) / height };
  };
  const onFocus = ({ target }: FocusEvent) => {
    const code = codeOf(target);
    if (code === undefined) return;
    current.value = code;
    if (!(target as Element).matches(':focus-visible')) return;
    const [x, y] = world.countries[code]!;
    pointed.value = { code, x: x / world.width, y: y / world.height };
  };

  return (
    <div class="map">
      <div class="map-frame">
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be drawn. */}
        <svg
          ref={svg}
          viewBox={`0 0 ${world.width} ${world.height}`}
          role="group"
          aria-label={mapTexts.title(label)}
          onClick={(event) => choose(codeOf(event.target), event.altKey || event.shiftKey)}
          onKeyDown={onKey}
          onPointerMove={onMove}
          onPointerLeave={leave}
          onFocusIn={onFocus}
          onFocusOut={leave}
        >
          <g>
            <path class="land" d={world.nobodys} />
            {landFirst(codes.filter((code) => !withRow.has(code))).map((code) => (
              <Shape key={code} code={code} />
            ))}
          </g>
          {landFirst([...withRow]).map((code) => (
            <Country
              key={code}
              place={places.find((place) => place.code === code)!}
              isEntry={code === entry}
              isChosen={isChosen(code)}
            />
          ))}
          <Ring pointed={pointed} />
        </svg>
        <Tip pointed={pointed} model={model} />
      </div>
      <Legend model={model} />
    </div>
  );
}

/** Dots lie upon the land. */
const landFirst = (some: readonly string[]) => [
  ...some.filter((code) => !isDot(code)),
  ...some.filter(isDot),
];

const codeOf = (target: EventTarget | null): string | undefined =>
  (target as SVGElement | null)?.dataset?.['code'];

type CountryProps = {
  readonly place: Place;
  /** Tab leads to it. */
  readonly isEntry: boolean;
  readonly isChosen: boolean;
};

function Country({ place, isEntry, isChosen }: CountryProps) {
  const { code, name, value, beside, shade } = place;
  return (
    <Shape
      code={code}
      seen={{
        style: { '--shade': `${Math.round(16 + 84 * shade)}%` },
        role: 'button',
        tabindex: isEntry ? 0 : -1,
        'aria-label': mapTexts.country(name, value, beside),
        'aria-pressed': isChosen,
      }}
    />
  );
}

type Seen = {
  readonly style: Readonly<Record<string, string>>;
  readonly role: 'button';
  readonly tabindex: number;
  readonly 'aria-label': string;
  readonly 'aria-pressed': boolean;
};

/** The outline of a country, or its dot. `seen`: what it has more where there is a row of it. */
function Shape({ code, seen }: { code: string; seen?: Seen }) {
  const [x, y, outline] = world.countries[code]!;
  const kind = `${outline === undefined ? 'dot' : 'land'}${seen === undefined ? '' : ' seen'}`;
  return outline === undefined ? (
    <circle data-code={code} class={kind} cx={x} cy={y} r={dotRadius} {...seen} />
  ) : (
    <path data-code={code} class={kind} d={outline} {...seen} />
  );
}

type Pointing = { readonly pointed: Signal<Pointed | undefined> };

/** Round the country that is pointed at, over its neighbours. */
function Ring({ pointed }: Pointing) {
  const code = pointed.value?.code;
  if (code === undefined) return null;
  const [x, y, outline] = world.countries[code]!;
  return (
    <g class="ring">
      {outline === undefined ? <circle cx={x} cy={y} r={dotRadius + 2} /> : <path d={outline} />}
    </g>
  );
}

/** The name and the value of the country that is pointed at. */
function Tip({ pointed, model: { places, none } }: Pointing & { model: MapModel }) {
  const at = pointed.value;
  if (at === undefined) return null;
  const place = places.find(({ code }) => code === at.code);
  return (
    <div
      class={`tip map-tip ${at.x > 0.5 ? 'left' : 'right'} ${at.y > 0.6 ? 'above' : 'below'}`}
      style={{ '--at': `${at.x * 100}%`, '--down': `${at.y * 100}%` }}
      aria-hidden="true"
    >
      <span>{place?.name ?? showValue('country', at.code)}</span>
      <span>
        <b>{place?.value ?? none}</b>
        {place?.beside !== undefined && <span class="soft"> {place.beside}</span>}
      </span>
    </div>
  );
}

function Legend({ model: { most, none, elsewhere } }: { model: MapModel }) {
  return (
    <p class="map-legend">
      <span>{none === '–' ? '' : none}</span>
      <span class="map-scale" aria-hidden="true" />
      <span>{most}</span>
      {elsewhere.length > 0 && <span class="map-elsewhere">{mapTexts.notOnMap(elsewhere)}</span>}
    </p>
  );
}
