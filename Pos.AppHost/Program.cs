var builder = DistributedApplication.CreateBuilder(args);

builder.AddProject<Projects.Pos_Ingest>("ingest").WithHttpHealthCheck("/health");

builder.Build().Run();
