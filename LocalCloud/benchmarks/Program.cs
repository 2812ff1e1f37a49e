using System.Globalization;
using LocalCloud.Benchmarks;

// dotnet run -c Release --project LocalCloud/benchmarks -- [NAME...] [--seconds 5] [--connections 4] [--records 500000]
// [--keys 10000] [--items 1000000]
var (names, scale) = (new List<string>(), new Scale());
for (var i = 0; i < args.Length; i++)
{
    if (
        args[i].StartsWith("--", StringComparison.Ordinal)
        && i + 1 < args.Length
        && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number > 0
    )
    {
        scale = args[i++] switch
        {
            "--seconds" => scale with { Duration = TimeSpan.FromSeconds(number) },
            "--connections" => scale with { Connections = number },
            "--records" => scale with { Records = number },
            "--keys" => scale with { Keys = number },
            "--items" => scale with { Items = number },
            _ => ShowUsage(),
        };
    }
    else if (Suite.Names.Contains(args[i]))
    {
        names.Add(args[i]);
    }
    else
    {
        scale = ShowUsage();
    }
    if (scale is null)
        return 1;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};
Console.WriteLine(
    $"Machine load before: {LocalCloudProcess.GetMachineLoad() ?? "unknown"}; {scale.Connections} connections"
);
await Suite.RunAsync(names, scale, Console.Out, stop.Token);
Console.WriteLine($"Machine load after: {LocalCloudProcess.GetMachineLoad() ?? "unknown"}");
return 0;

static Scale? ShowUsage()
{
    Console.Error.WriteLine(
        $"Names: {string.Join(", ", Suite.Names)}. "
            + "Options: --seconds, --connections, --records, --keys, --items, each with a number."
    );
    return null;
}
