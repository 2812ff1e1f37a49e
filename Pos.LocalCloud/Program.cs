using Pos.LocalCloud;

LocalCloudHost.Build(args).Run();
