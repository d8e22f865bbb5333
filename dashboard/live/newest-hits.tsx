import type { Live } from '../api/types.ts';
import { showClock } from '../model/dates.ts';
import { showValue } from '../model/dimensions.ts';
import { liveTexts } from '../texts/texts.ts';
import { SideScroll } from '../ui/side-scroll.tsx';
import { ValueCell } from '../ui/value-cell.tsx';

type Props = { readonly hits: Live['hits']; readonly zone: string };

/** The newest first. */
export function NewestHits({ hits, zone }: Props) {
  return (
    <section class="panel newest" aria-labelledby="live-hits">
      <div class="panel-title">
        <h2 id="live-hits">{liveTexts.newest}</h2>
      </div>
      {hits.length === 0 ? (
        <p class="soft empty">{liveTexts.noHits}</p>
      ) : (
        <SideScroll class="table-frame">
          <table>
            <thead>
              <tr>
                {liveTexts.heads.map((head) => (
                  <th scope="col" key={head}>
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {hits.map((hit, i) => (
                <tr key={`${hit.time} ${i}`}>
                  <td>{showClock(Date.parse(hit.time), zone, 'medium')}</td>
                  <td>
                    <span class="cut" title={showValue('page', hit.page)}>
                      {hit.name !== 'pageview' && <b>{hit.name} </b>}
                      {showValue('page', hit.page)}
                    </span>
                  </td>
                  <ValueCell dimension="source" value={hit.source} />
                  <ValueCell dimension="country" value={hit.country} />
                  <ValueCell dimension="browser" value={hit.browser} />
                </tr>
              ))}
            </tbody>
          </table>
        </SideScroll>
      )}
    </section>
  );
}
