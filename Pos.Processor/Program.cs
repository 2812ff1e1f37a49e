using Pos.Processor;
using Pos.Processor.EventSource.Batches;
using Pos.Processor.Quarantine;
using Pos.Processor.Whereabouts;
using Pos.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddProcessor();

var app = builder.Build();
app.MapServiceDefaults();
app.MapEvents();
app.MapStatus();
app.MapQuarantine();
app.MapWhereabouts();
app.Run();
