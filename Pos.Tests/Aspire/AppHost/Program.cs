// An AppHost for tests to start, stop and kill. Its processes write their ids into --folder.

var builder = DistributedApplication.CreateBuilder(args);
var folder = builder.Configuration["folder"] ?? throw new InvalidOperationException("--folder=PATH is missing.");

var database = builder.AddExecutable("database", "/bin/sh", folder, "-c", "echo $$ > database.pid; exec sleep 600");

// Ignores SIGTERM, as does what it starts; the file appears last, when everything runs.
builder
    .AddExecutable(
        "stubborn",
        "/bin/sh",
        folder,
        "-c",
        "trap '' TERM; sleep 600 & echo $! > grandchild.pid; echo $$ > stubborn.pid; wait"
    )
    .WaitFor(database);

builder
    .AddProject<Projects.Pos_Tests_Echo>("echo")
    .WithReference("outside", new Uri("http://outside.example/"))
    .WaitFor(database);

// With --hold the start never ends.
if (builder.Configuration["hold"] is not null)
    builder
        .AddExecutable("held", "sleep", folder, "600")
        .WaitFor(builder.AddExecutable("never", "sleep", folder, "600").WithExplicitStart());

if (builder.Configuration["container"] is not null)
    builder.AddContainer("container", "fake/server", "1").WithHttpEndpoint(targetPort: 8080);

builder.Build().Run();
