import { dimensions, ofCities } from '../model/dimensions.ts';
import { isChosen, toggleValue } from '../model/filters.ts';
import { metricNamed, type ShownMetric } from '../model/metrics.ts';
import { chosenTab, panelRows } from '../model/queries.ts';
import type { Panel, Tab } from '../panels/panel.ts';
import { tabNamed } from '../panels/panels.ts';
import { go, hasCities, loader, view } from '../state/app-state.ts';
import type { Shown } from '../state/loader.ts';
import { BarRow } from './bar-row.tsx';
import { Link } from './link.tsx';

export function PanelView({ panel }: { panel: Panel }) {
  const tab = chosenTab(view.value, panel);
  const id = `panel-${panel.name}`;
  const tabs = panel.tabs.filter(
    ({ dimension }) =>
      hasCities.value || !ofCities.includes(dimension) || dimension === tab.dimension,
  );
  return (
    <section class="panel" aria-labelledby={id}>
      <div class="panel-title">
        <h2 id={id}>{panel.title}</h2>
        {tabs.length > 1 && (
          <div class="tabs">
            {tabs.map(({ dimension, label }) => (
              <button
                type="button"
                class="tab"
                key={dimension}
                aria-pressed={dimension === tab.dimension}
                onClick={() => go({ tabs: { ...view.value.tabs, [panel.name]: dimension } })}
              >
                {label}
              </button>
            ))}
          </div>
        )}
      </div>
      <div class={loader.loading.value ? 'panel-body stale' : 'panel-body'}>
        <Rows shown={loader.shown.value[panel.name]} tab={tab} />
      </div>
      <Link class="panel-all" to={{ open: { name: 'list', dimension: tab.dimension } }}>
        All {tab.plural}
      </Link>
    </section>
  );
}

function Rows({ shown, tab: chosen }: { shown: Shown | undefined; tab: Tab }) {
  if (shown === undefined) return null;
  if (shown.answer === undefined) return <p class="soft empty">{shown.error}</p>;
  // Until the chosen tab's rows come, the old tab's rows stay, and filter by the old dimension.
  const tab = tabNamed(shown.query.dimensions?.[0]) ?? chosen;
  const rows = shown.answer.results.slice(0, panelRows);
  if (rows.length === 0) return <Empty tab={tab} />;
  const most = rows[0]?.metrics[0] ?? 0;
  const { filters } = view.value;
  return (
    <ul class="bars">
      <li class="bars-head" aria-hidden="true">
        <span>{dimensions[tab.dimension].label}</span>
        <span>{metricNamed(tab.metrics[0] as ShownMetric).label}</span>
      </li>
      {rows.map(({ dimensions: [value = ''], metrics: [count, share] }) => (
        <BarRow
          key={value}
          dimension={tab.dimension}
          value={value}
          count={count ?? 0}
          share={share ?? 0}
          most={most}
          chosen={isChosen(filters, tab.dimension, value)}
          onChoose={() => go({ filters: toggleValue(view.peek().filters, tab.dimension, value) })}
        />
      ))}
    </ul>
  );
}

function Empty({ tab }: { tab: Tab }) {
  return (
    <p class="soft empty">
      {view.value.filters.length > 0 ? 'Nothing in this time with these filters.' : tab.empty}
    </p>
  );
}
