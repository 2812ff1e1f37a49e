using System.CommandLine;
using System.Text.Json;
using Pos.Contracts.Lookup;
using Pos.Reconciliation;

namespace Pos.Cli.Reconcile;

/// <summary><c>pos reconcile</c>: compares lake, lookup table and warehouse.</summary>
internal static class ReconcileCommand
{
    private const string LocalProcessor = "http://localhost:7103";
    private static readonly TimeSpan s_requestTimeout = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print the report as JSON." };
        var processor = new Option<Uri?>("--processor")
        {
            Description = $"URL of the processor. Default: the running AppHost's processor, or {LocalProcessor}.",
        };
        var command = new Command(
            "reconcile",
            "Compares the three stores line by line and reports what is in flight. Exit codes: 0 the stores are equal, "
                + "1 they differ, 3 a store is unavailable."
        )
        {
            json,
            processor,
        };
        command.SetAction(
            (arguments, cancellationToken) =>
                RunAsync(arguments.GetValue(json), arguments.GetValue(processor), cancellationToken)
        );
        return command;
    }

    private static Task<int> RunAsync(bool asJson, Uri? processor, CancellationToken cancellationToken) =>
        StoreCommand.RunAsync(
            "reconcile",
            whenStopped: null,
            async stores =>
            {
                using var processorHttp = new HttpClient
                {
                    BaseAddress = processor ?? new Uri(Endpoints.Find("processor") ?? LocalProcessor),
                    Timeout = s_requestTimeout,
                };
                using var localCloudHttp = Endpoints.Find("localcloud") is { } url
                    ? new HttpClient { BaseAddress = new Uri(url), Timeout = s_requestTimeout }
                    : null;
                var inFlight = await new InFlightReader(
                    new(processorHttp),
                    localCloudHttp is null ? null : new(localCloudHttp)
                ).ReadAsync(cancellationToken);
                var report = await new Reconciler(
                    stores.S3,
                    stores.DynamoDB,
                    stores.Warehouse,
                    stores.Resources
                ).RunAsync(cancellationToken);
                Console.Out.WriteLine(
                    asJson
                        ? JsonSerializer.Serialize(
                            ReconciliationResult.From(report, inFlight),
                            LookupJson.Indented.ReconciliationResult
                        )
                        : ReconcileText.Format(report, inFlight)
                );
                return report.IsClean ? ExitCodes.Done : ExitCodes.Different;
            },
            cancellationToken
        );
}
