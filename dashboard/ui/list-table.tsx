import { Fragment } from 'preact';
import { useRef } from 'preact/hooks';
import type { MetricName, Row, Value } from '../api/types.ts';
import { showPeriod } from '../model/dates.ts';
import { dimensionOf, showValue } from '../model/dimensions.ts';
import { excludeValue, isChosen, toggleValue } from '../model/filters.ts';
import { changeOf, labelOf, showInFull, valueIn, withDenominator } from '../model/metrics.ts';
import type { Tab } from '../panels/panel.ts';
import { valuesTab } from '../panels/panels.ts';
import { Picture } from '../pictures/picture.tsx';
import { go, moment, plan, view } from '../state/app-state.ts';
import { listTexts } from '../texts/texts.ts';
import { useRowsInView } from './rows-in-view.ts';
import { SideScroll } from './side-scroll.tsx';

export type Sorting = { readonly by: MetricName; readonly isFalling: boolean };

type Props = {
  readonly tab: Tab;
  readonly columns: readonly MetricName[];
  readonly rows: readonly Row[];
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
  /** The last row is nearly in view. */
  readonly onEnd: () => void;
};

/** The rows of a list, however many: those that are in view, or nearly, are in the page. */
export function ListTable({ tab, columns, rows, sorting, onSort, onEnd }: Props) {
  const table = useRef<HTMLTableElement>(null);
  const { before } = plan.value;
  /** Beside this column stand its values before. */
  const compared = before && sorting.by;
  const { first, last, heightOf } = useRowsInView(table, rows.length, onEnd);
  return (
    <SideScroll class="table-frame">
      <table ref={table} aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            <th scope="col">{dimensionOf(tab.dimension).label}</th>
            {columns.map((name) => (
              <Fragment key={name}>
                <Head name={name} sorting={sorting} onSort={onSort} />
                {name === compared && (
                  <>
                    <th scope="col" title={showPeriod(before!, moment.value)}>
                      {listTexts.before}
                    </th>
                    <th scope="col">{listTexts.change}</th>
                  </>
                )}
              </Fragment>
            ))}
          </tr>
        </thead>
        <tbody>
          {first > 0 && <tr style={{ height: heightOf(first) }} />}
          {rows.slice(first, last).map((row, i) => (
            <ListRow
              {...{ row, tab, columns, compared }}
              key={row.dimensions[0]}
              place={first + i + 2 /* after the head, from 1 */}
            />
          ))}
          {last < rows.length && <tr style={{ height: heightOf(rows.length - last) }} />}
        </tbody>
      </table>
    </SideScroll>
  );
}

type HeadProps = {
  readonly name: MetricName;
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
};

function Head({ name, sorting: { by, isFalling }, onSort }: HeadProps) {
  const direction = isFalling ? 'descending' : 'ascending';
  return (
    <th scope="col" aria-sort={by === name ? direction : 'none'}>
      <button
        type="button"
        class="plain"
        onClick={() => onSort({ by: name, isFalling: by === name ? !isFalling : true })}
      >
        {labelOf(name, view.value.filters)}
        <span aria-hidden="true">{by === name ? (isFalling ? ' ↓' : ' ↑') : ''}</span>
      </button>
    </th>
  );
}

type RowProps = Pick<Props, 'tab' | 'columns'> & {
  readonly row: Row;
  readonly place: number;
  readonly compared: MetricName | undefined;
};

function ListRow({ row, tab: { dimension, opens }, columns, place, compared }: RowProps) {
  const { filters } = view.value;
  const [value = ''] = row.dimensions;
  const asked = withDenominator(columns);
  return (
    <tr aria-rowindex={place}>
      <th scope="row">
        <button
          type="button"
          class="plain cut"
          title={showValue(dimension, value)}
          aria-pressed={isChosen(filters, dimension, value)}
          onClick={(event) => {
            if (opens === 'site') return go({ open: undefined, site: value });
            if (opens === 'values') return go({ open: { name: 'list', tab: valuesTab(value) } });
            const change = event.altKey || event.shiftKey ? excludeValue : toggleValue;
            go({ open: undefined, filters: change(filters, dimension, value) });
          }}
        >
          <Picture dimension={dimension} value={value} />
          {showValue(dimension, value)}
        </button>
      </th>
      {columns.map((name) => {
        const value = valueIn(row.metrics, asked, name);
        const before = valueIn(row.comparison?.metrics, asked, name);
        return (
          <Fragment key={name}>
            <td>{showInFull(name, value)}</td>
            {name === compared && <Compared name={name} value={value} before={before} />}
          </Fragment>
        );
      })}
    </tr>
  );
}

type ComparedProps = {
  readonly name: MetricName;
  readonly value: Value | undefined;
  readonly before: Value | undefined;
};

/** The value of the period before, and the change since. */
function Compared({ name, value, before }: ComparedProps) {
  const change = changeOf(name, value, before);
  return (
    <>
      <td class="soft">{showInFull(name, before)}</td>
      <td>
        <span class={`number-change ${change?.tone ?? 'same'}`}>{change?.text ?? '–'}</span>
      </td>
    </>
  );
}
