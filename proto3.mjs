import { DuckDBInstance } from '@duckdb/node-api';
import { execSync } from 'node:child_process';
const find=(k)=>`read_parquet([${execSync(`find /tmp/Pbench/files/ledger/ledger000010 -name ${k}.parquet`).toString().trim().split('\n').map(x=>`'${x}'`).join(',')}])`;
const H=find('hits'),V=find('visits');
const inst=await DuckDBInstance.create(':memory:',{threads:'2',preserve_insertion_order:'false'});
const c=await inst.connect();
await c.run('set parquet_metadata_cache=true');
const med=async(n,t,v)=>{const a=[];let u;for(let i=0;i<4;i++){if(i===1)u=process.cpuUsage();const s=performance.now();await c.runAndReadAll(t,v);a.push(performance.now()-s)};const {user,system}=process.cpuUsage(u);a.sort((x,y)=>x-y);console.log(n.padEnd(50),'min',a[0].toFixed(0),'med',a[1].toFixed(0),'cpu',((user+system)/3000).toFixed(0))};
const P=`'/page/3'`;
if(process.argv[2]!=='x'){
await med('A page literal',`select count(*) from ${H} where page=${P}`);
await med('A page param',`select count(*) from ${H} where page=$1`,['/page/3']);
await med('A page literal + day',`select count(*) from ${H} where page=${P} and day between date '2025-11-22' and date '2026-11-21'`);
await med('B page + day,visitor,visit',`create or replace temp table x as select day,visitor,visit,name from ${H} where page=${P} and visit is not null`);
await med('C join visits no text',`select sum(v.pageviews) from (select day,visit from ${H} where page=${P} and visit is not null) h join ${V} v using(day,visit)`);
await med('C2 join visits no text (from x)',`select sum(v.pageviews) from x h join ${V} v using(day,visit)`);
await med('D join visits text (from x)',`create or replace temp table y as select v.day,v.visitor,v.source,v.country,v.browser,v.os,v.device from x h join ${V} v using(day,visit)`);
await med('D2 semi join visits (from x)',`create or replace temp table y as select v.day,v.visitor,v.source,v.country,v.browser,v.os,v.device from ${V} v semi join x using(day,visit)`);
await med('V scan text',`select count(source),count(country),count(browser),count(os),count(device) from ${V}`);
await med('V scan ints',`select sum(visit),sum(visitor) from ${V}`);
await med('V country coalesce',`select count(*),sum(pageviews),sum(visitor) from ${V} where coalesce(country,'(not set)')='US' and coalesce(browser,'(not set)')='Safari'`);
await med('V country plain',`select count(*),sum(pageviews),sum(visitor) from ${V} where country='US' and browser='Safari'`);
await med('V country plain param',`select count(*),sum(pageviews),sum(visitor) from ${V} where country=$1 and browser=$2`,['US','Safari']);
await med('V country text',`create or replace temp table z as select day,visit,visitor,source,os,device from ${V} where country='US' and browser='Safari'`);
await med('H country plain page',`select page,count(distinct (day,visitor)) from ${H} where country='US' and browser='Safari' group by 1`);
await med('H join z page',`select page,count(distinct (h.day,visitor)) from ${H} h semi join z using(day,visit) group by 1`);
}
