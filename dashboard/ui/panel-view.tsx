import { dimensionOf, ofCities } from '../model/dimensions.ts';
import { excludeValue, isChosen, toggleValue } from '../model/filters.ts';
import { amountOf, labelOf, type ShownMetric, valueIn } from '../model/metrics.ts';
import { chosenMetric, chosenTab, metricsOf, panelRows } from '../model/queries.ts';
import type { Panel, Tab } from '../panels/panel.ts';
import { tabIn, valuesTab } from '../panels/panels.ts';
import { go, hasCities, loader, view } from '../state/app-state.ts';
import type { Shown } from '../state/loader.ts';
import { hiddenBelow } from '../state/shared.ts';
import { listTexts, panelViewTexts } from '../texts/texts.ts';
import { BarRow } from './bar-row.tsx';
import { lazy } from './lazy.tsx';
import { Link } from './link.tsx';
import { Menu } from './menu.tsx';

const WorldMap = lazy(async () => (await import('../map/world-map.tsx')).WorldMap);

/** So many tabs stand beside the title; the others are in a menu. */
const mostTabs = 4;

export function PanelView({ panel }: { panel: Panel }) {
  const tab = chosenTab(view.value, panel);
  const id = `panel-${panel.name}`;
  return (
    <section class="panel" aria-labelledby={id}>
      <div class="panel-title">
        <h2 id={id}>{panel.title}</h2>
        <Tabs panel={panel} chosen={tab} />
      </div>
      {tab.from !== undefined && (
        <Link class="panel-back soft" to={{ tabs: { ...view.value.tabs, [panel.name]: tab.from } }}>
          {panelViewTexts.back}
        </Link>
      )}
      <div class={loader.loading.value ? 'panel-body stale' : 'panel-body'}>
        <Rows shown={loader.shown.value[panel.name]} panel={panel} tab={tab} />
      </div>
      <Link class="panel-all" to={{ open: { name: 'list', tab: tab.key } }}>
        {listTexts.all(tab.plural)}
      </Link>
    </section>
  );
}

function Tabs({ panel, chosen }: { panel: Panel; chosen: Tab }) {
  const tabs = panel.tabs.filter(
    (tab) => hasCities.value || !ofCities.includes(tab.dimension) || tab === chosen,
  );
  if (tabs.length < 2) return null;
  const choose = ({ key }: Tab) => go({ tabs: { ...view.value.tabs, [panel.name]: key } });
  const isChosen = (tab: Tab) => tab === chosen || tab.key === chosen.from;
  const beside = tabs.slice(0, tabs.length > mostTabs + 1 ? mostTabs : tabs.length);
  const more = tabs.slice(beside.length);
  return (
    <div class="tabs">
      {beside.map((tab) => (
        <button
          type="button"
          class="tab"
          key={tab.key}
          aria-pressed={isChosen(tab)}
          onClick={() => choose(tab)}
        >
          {tab.label}
        </button>
      ))}
      {more.length > 0 && (
        <Menu
          class={more.includes(chosen) ? 'tab chosen' : 'tab'}
          name={panelViewTexts.moreOf(panel.title)}
          label={more.includes(chosen) ? chosen.label : panelViewTexts.more}
        >
          {(close) => (
            <ul class="menu-list">
              {more.map((tab) => (
                <li key={tab.key}>
                  <button
                    type="button"
                    class="plain"
                    aria-pressed={tab === chosen}
                    onClick={() => {
                      choose(tab);
                      close();
                    }}
                  >
                    {tab.label}
                  </button>
                </li>
              ))}
            </ul>
          )}
        </Menu>
      )}
    </div>
  );
}

type RowsProps = {
  readonly shown: Shown | undefined;
  readonly panel: Panel;
  readonly tab: Tab;
};

function Rows({ shown, panel, tab: chosen }: RowsProps) {
  if (shown === undefined) return null;
  if (shown.answer === undefined) return <p class="soft empty">{shown.error}</p>;
  // Until the chosen tab's rows come, the old tab's rows stay, and filter by the old dimension.
  const asked = shown.query.dimensions?.[0];
  const tab =
    asked === dimensionOf(chosen.dimension).name
      ? chosen
      : (panel.tabs.find(({ dimension }) => dimensionOf(dimension).name === asked) ??
        tabIn(panel, valuesTab(asked?.replace(/^event:props:/, '') ?? '')) ??
        chosen);
  const rows = shown.answer.results.slice(0, panelRows);
  if (rows.length === 0) return <Empty tab={tab} />;
  const columns = shown.query.metrics;
  const metric = columns[0] as ShownMetric;
  const second = columns[1];
  const beside = second === 'views_per_visit' ? undefined : second;
  const most = Math.max(...rows.map(({ metrics: [first] }) => amountOf(first) ?? 0));
  const { filters } = view.value;
  const choose = (value: string, isNot: boolean) => {
    if (tab.opens === 'site') return go({ site: value });
    if (tab.opens === 'values')
      return go({ tabs: { ...view.peek().tabs, [panel.name]: valuesTab(value) } });
    const change = isNot ? excludeValue : toggleValue;
    go({ filters: change(view.peek().filters, tab.dimension, value) });
  };
  if (tab.isMap)
    return (
      <>
        <div class="map-head">
          <ColumnMenu panel={panel} tab={tab} metric={metric} />
        </div>
        <div class="map-room">
          <WorldMap
            rows={shown.answer.results}
            columns={columns}
            beside={beside}
            label={labelOf(metric, filters)}
            isChosen={(code) => isChosen(filters, tab.dimension, code)}
            onChoose={choose}
          />
        </div>
      </>
    );
  return (
    <ul class={beside === undefined ? 'bars single' : 'bars'}>
      <li class="bars-head">
        <span aria-hidden="true">{dimensionOf(tab.dimension).label}</span>
        <ColumnMenu panel={panel} tab={tab} metric={metric} />
      </li>
      {rows.map(({ dimensions: [value = ''], metrics }) => (
        <BarRow
          key={value}
          dimension={tab.dimension}
          value={value}
          metric={metric}
          count={valueIn(metrics, columns, metric)}
          beside={beside && { metric: beside, value: valueIn(metrics, columns, beside) }}
          most={most}
          chosen={isChosen(filters, tab.dimension, value)}
          onChoose={(isNot) => choose(value, isNot)}
        />
      ))}
    </ul>
  );
}

/** The column's metric, which heads it; another can be chosen. */
function ColumnMenu({ panel, tab, metric }: { panel: Panel; tab: Tab; metric: ShownMetric }) {
  const { filters, columns } = view.value;
  const chosen = chosenMetric(view.value, panel, tab);
  const metrics = metricsOf(tab, filters);
  return (
    <Menu
      class="plain soft column"
      name={panelViewTexts.column(panel.title, labelOf(metric, filters))}
      label={labelOf(metric, filters)}
    >
      {(close) => (
        <ul class="menu-list">
          {metrics.map((name) => (
            <li key={name}>
              <button
                type="button"
                class="plain"
                aria-pressed={name === chosen}
                onClick={() => {
                  const { [panel.name]: _, ...others } = columns;
                  go({
                    columns: name === metrics[0] ? others : { ...others, [panel.name]: name },
                  });
                  close();
                }}
              >
                {labelOf(name, filters)}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Menu>
  );
}

function Empty({ tab }: { tab: Tab }) {
  return <p class="soft empty">{emptyWords(tab)}</p>;
}

function emptyWords({ empty }: Tab): string {
  if (hiddenBelow.value !== undefined) return panelViewTexts.noneOf(hiddenBelow.value);
  return view.value.filters.length > 0 ? panelViewTexts.nothing : empty;
}
