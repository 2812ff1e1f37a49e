using Pos.Ingest;

IngestHost.Build(args).Run();
