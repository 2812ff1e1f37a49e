using Microsoft.Extensions.Configuration;
using Pos.AppHost;
using Pos.AppHost.Backends;
using Pos.AppHost.Commands;
using Pos.AppHost.Embedded;
using Pos.AppHost.Hosting;
using Pos.AppHost.Startup;

const string Fresh = "--fresh"; // Starts with an empty data folder.
var builder = PosApplication.CreateBuilder([.. args.Where(argument => argument != Fresh)]);

// Groups the resources that process purchases in the dashboard.
var pipeline = builder.AddPipeline();

// Stream, lookup table, buckets, delivery stream and warehouse, as configured by Pos:Backend.
var data = builder.AddDataFolder(fresh: args.Contains(Fresh));
var backend = builder.AddBackend(data);

// Creates missing resources, then ends. On AWS, the deployment creates them.
var provision = builder.AddProvision(backend)?.WithParentRelationship(pipeline);
if (builder.AddDynaliteMigration(data, backend) is { } migration)
    provision?.WaitForCompletion(migration.WithParentRelationship(pipeline));

// POST /purchases → stream
var ingest = builder
    .AddProject<Projects.Pos_Ingest>("ingest")
    .WithBackend(backend, provision)
    .WithHttpHealthCheck("/health")
    .WithApiPage("Ingest API")
    .WithIconName("ArrowEnter")
    .WithParentRelationship(pipeline);

// stream → lake, lookup table, warehouse
var processor = builder
    .AddProject<Projects.Pos_Processor>("processor")
    .WithReplicas(builder.Configuration.GetValue("Pos:Processors", 1))
    .WithBackend(backend, provision)
    .WithHttpHealthCheck("/health")
    .WithApiPage("Processor status", "/status")
    .WithIconName("ArrowSplit")
    .WithParentRelationship(pipeline);

// GET purchases, customers, sales and reconciliation
var lookup = builder
    .AddProject<Projects.Pos_Lookup>("lookup")
    .WithBackend(backend, provision)
    .WithReference(backend.WarehouseLookup, connectionName: "warehouse")
    .WithEnvironment("Lookup__Reconciliation__Processor", processor.GetEndpoint("http"))
    .WithHttpHealthCheck("/health")
    .WithApiPage("Lookup API")
    .WithIconName("Search")
    .WithParentRelationship(pipeline);
if (backend.Delivery is { } delivery)
    lookup.WithEnvironment("Lookup__Reconciliation__LocalCloud", delivery);

// The web app, which calls the three services
var ui = builder
    .AddProject<Projects.Pos_Ui>("ui")
    .WithBuiltProgram()
    .WithDirectEndpoint()
    .WithReference(ingest)
    .WithReference(processor)
    .WithReference(lookup)
    .WithHttpHealthCheck("/health")
    .WithUrlForEndpoint("http", url => url.DisplayText = "Web app")
    .WithIconName("WindowApps")
    .WaitFor(ingest)
    .WaitFor(processor)
    .WaitFor(lookup);

// A year of sample purchases, imported once like any file of a till
var sample = builder.AddSample(data, backend, ingest);
sample?.Builder.WaitFor(processor).WaitFor(lookup).WithParentRelationship(pipeline);

// Restores updates that dynalite, in earlier versions, may have lost
builder.AddLookupTableRebuild(data, backend)?.WaitFor(lookup).WaitFor(processor).WithParentRelationship(pipeline);

builder.AddCommands(data, backend, pipeline, [ui, ingest, processor, lookup], sample);
builder.CheckFixedPorts();
builder.AddStartupSummary(data, backend, [ui, ingest, processor, lookup], sample);

return await builder.Build().RunToEndAsync();
