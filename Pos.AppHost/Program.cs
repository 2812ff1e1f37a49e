using Microsoft.Extensions.Configuration;
using Pos.AppHost;
using Pos.AppHost.Backends;

const string Fresh = "--fresh"; // begin with an empty data folder
var builder = DistributedApplication.CreateBuilder([.. args.Where(argument => argument != Fresh)]);

// Stream, lookup table, buckets, delivery stream and warehouse: which ones is the backend's choice (Pos:Backend).
var data = builder.AddDataFolder(fresh: args.Contains(Fresh));
var backend = builder.AddBackend(data);

// Creates on the backend what is not there yet, and ends. What CDK does on AWS.
var provision = builder.AddProvision(backend);

// POST /purchases → stream
var ingest = builder
    .AddProject<Projects.Pos_Ingest>("ingest")
    .WithBackend(backend, provision)
    .WithHttpHealthCheck("/health");

// stream → lake, lookup table, warehouse
var processor = builder
    .AddProject<Projects.Pos_Processor>("processor")
    .WithReplicas(builder.Configuration.GetValue("Pos:Processors", 1))
    .WithBackend(backend, provision)
    .WithHttpHealthCheck("/health");

// GET purchases, customers, sales, and whether the stores hold the same
var lookup = builder
    .AddProject<Projects.Pos_Lookup>("lookup")
    .WithBackend(backend, provision)
    .WithReference(backend.WarehouseLookup, connectionName: "warehouse")
    .WithEnvironment("Lookup__Reconciliation__Processor", processor.GetEndpoint("http"))
    .WithHttpHealthCheck("/health");
if (backend.Delivery is { } delivery)
    lookup.WithEnvironment("Lookup__Reconciliation__LocalCloud", delivery);

// What people see, of these three by HTTP
var ui = builder
    .AddProject<Projects.Pos_Ui>("ui")
    .WithReference(ingest)
    .WithReference(processor)
    .WithReference(lookup)
    .WithHttpHealthCheck("/health")
    .WaitFor(ingest)
    .WaitFor(processor)
    .WaitFor(lookup);

// A year of purchases to look at, sent once as any till's file would be.
var sample = builder
    .AddSample(data, backend)
    ?.WithArgs("--to", ingest.GetEndpoint("http"))
    .WaitFor(ingest)
    .WaitFor(processor)
    .WaitFor(lookup);

builder.AddStartupReport(data, backend, [ui, ingest, processor, lookup], sample);

builder.Build().Run();
