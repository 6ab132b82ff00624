-- Never replaced: a new stream begins behind what is there, and what the old one had not handed over would be lost.
create stream if not exists {{ database }}.RAW.ARRIVALS
  on table {{ database }}.RAW.LANDED_LINES
  append_only = true
  comment = 'Lines that ROUTE_LINES has not seen';
