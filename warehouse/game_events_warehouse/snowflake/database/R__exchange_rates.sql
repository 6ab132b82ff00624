-- Rates are made outside, with exact decimals, and laid beside the lake's files as exchange-rates/*.csv; the newest file
-- that has a currency and day counts. Merged, so that a file may hold all rates or what is new.
create or replace task {{ database }}.RAW.TAKE_EXCHANGE_RATES
  warehouse = {{ database }}_LOAD
  schedule = 'USING CRON 30 16 * * * UTC'
  allow_overlapping_execution = false
  suspend_task_after_num_failures = 7
  user_task_timeout_ms = 900000
  comment = 'Daily, after the European Central Bank has published'
as
merge into {{ database }}.RAW.RAW_EXCHANGE_RATES as known
using (
  select
    $1::varchar as currency,
    $2::date as rate_date,
    $3::varchar as base_currency,
    $4::number(24, 12) as rate,
    $5::date as observed_on,
    $6::boolean as is_stale,
    $7::varchar as rate_source,
    $8::varchar as rates_version
  from @{{ database }}.RAW.LAKE/exchange-rates/ (file_format => '{{ database }}.RAW.EXCHANGE_RATES')
  qualify row_number() over (partition by $1, $2, $3 order by metadata$file_last_modified desc, metadata$filename) = 1
) as told
on known.currency = told.currency
  and known.rate_date = told.rate_date
  and known.base_currency = told.base_currency
when matched then update set
  rate = told.rate,
  observed_on = told.observed_on,
  is_stale = told.is_stale,
  rate_source = told.rate_source,
  rates_version = told.rates_version
when not matched then insert (
  currency, rate_date, base_currency, rate, observed_on, is_stale, rate_source, rates_version
)
values (
  told.currency, told.rate_date, told.base_currency, told.rate, told.observed_on, told.is_stale, told.rate_source,
  told.rates_version
);
alter task {{ database }}.RAW.TAKE_EXCHANGE_RATES resume;
