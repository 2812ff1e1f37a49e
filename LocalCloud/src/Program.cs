using LocalCloud;

try
{
    await LocalCloudHost.Build(args).RunAsync();
    return 0;
}
catch (StartRefusedException error)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 1;
}
