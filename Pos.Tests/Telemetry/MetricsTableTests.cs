using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using LocalCloud;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Pos.Lookup;
using Pos.Lookup.Reconciliation;
using Pos.Lookup.Sales;
using Pos.Processor;
using Pos.Processor.EventSource;
using Pos.ServiceDefaults;
using Pos.Tests.Ingest;
using Pos.Ui;
using Xunit;

namespace Pos.Tests.Telemetry;

/// <summary>The table of metrics in <c>docs/telemetry.md</c> lists the instruments of the services.</summary>
[SystemTest]
public sealed partial class MetricsTableTests
{
    [Fact]
    public async Task Table_lists_every_instrument_with_its_type_and_unit()
    {
        var instruments = new SortedSet<string>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (IsOurs().IsMatch(instrument.Meter.Name))
                    lock (instruments)
                        instruments.Add($"{instrument.Name} {TypeOf(instrument)} {instrument.Unit}");
            },
        };
        listener.Start();
        await CreateInstrumentsAsync();

        var table = await File.ReadAllTextAsync(Path.Combine(Repository.Folder, "docs", "telemetry.md"));
        string[] rows =
        [
            .. Row()
                .Matches(table)
                .Select(row => $"{row.Groups["name"]} {row.Groups["type"]} {row.Groups["unit"]}")
                .Order(StringComparer.Ordinal),
        ];
        lock (instruments)
            Assert.Equal(instruments, rows);
        Assert.True(rows.Length > 40);
    }

    /// <summary>Builds each service as its program does, and creates all its metrics.</summary>
    private static async Task CreateInstrumentsAsync()
    {
        using var folder = new TemporaryFolder();
        await using var ingest = IngestServer.Build(Settings, CreateMetrics);
        await using var localCloud = LocalCloudHost.Build(
            [.. Settings, $"--LocalCloud:DataFolder={folder.Path}"],
            builder => CreateMetrics(builder.Services)
        );
        await using var processor = Build(builder => builder.AddProcessor());
        await using var lookup = Build(builder =>
        {
            builder.AddPurchaseLookup();
            builder.AddSales();
            builder.AddReconciliation();
        });
        await using var ui = Build(builder => builder.AddUi());
        foreach (var app in (WebApplication[])[ingest, localCloud, processor, lookup, ui])
        foreach (var create in app.Services.GetServices<CreateAll>())
            create(app.Services);
        processor.Services.GetRequiredService<ProcessorMetrics>().ObserveShards(() => [], TimeProvider.System);
        localCloud.Services.GetRequiredService<global::LocalCloud.Delivery.DeliveryMetrics>().Observe(() => []);
        _ = ingest.Services.GetRequiredService<Pos.Ingest.Stream.PurchaseStream>();
    }

    private static string[] Settings =>
        ["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=None", "--AWS_ENDPOINT_URL=http://127.0.0.1:9"];

    private delegate void CreateAll(IServiceProvider services);

    private static WebApplication Build(Action<WebApplicationBuilder> configure)
    {
        var builder = WebApplication.CreateBuilder(Settings);
        builder.AddServiceDefaults();
        configure(builder);
        CreateMetrics(builder.Services);
        return builder.Build();
    }

    private static void CreateMetrics(IServiceCollection services) =>
        services.AddSingleton(
            new CreateAll(provider =>
            {
                foreach (var service in services.Where(IsMetrics).ToArray())
                    _ = provider.GetRequiredService(service.ServiceType);
            })
        );

    private static bool IsMetrics(ServiceDescriptor service) =>
        !service.IsKeyedService
        && service.ServiceType.Name.EndsWith("Metrics", StringComparison.Ordinal)
        && service.ServiceType.Assembly.GetName().Name! is var assembly
        && (assembly is "LocalCloud" || assembly.StartsWith("Pos.", StringComparison.Ordinal));

    private static string TypeOf(Instrument instrument) =>
        instrument switch
        {
            { IsObservable: true } => "gauge",
            _ when instrument.GetType().Name.StartsWith("Histogram", StringComparison.Ordinal) => "histogram",
            _ => "counter",
        };

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("pos metrics ").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }

    [GeneratedRegex(@"^(Pos\.(Ingest|Processor|Lookup|Ui)|LocalCloud(\.Delivery)?)$")]
    private static partial Regex IsOurs();

    [GeneratedRegex(@"^\| `(?<name>pos\.[a-z_.]+)` \| (?<type>\w+) \| `(?<unit>[^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
