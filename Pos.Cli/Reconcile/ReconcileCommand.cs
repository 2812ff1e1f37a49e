using System.CommandLine;
using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Pos.Purchases;
using Pos.Reconciliation;
using Pos.ServiceDefaults;

namespace Pos.Cli.Reconcile;

/// <summary><c>pos reconcile</c>: whether lake, lookup table and warehouse hold the same.</summary>
internal static class ReconcileCommand
{
    private const string LocalProcessor = "http://localhost:7103";
    private static readonly TimeSpan s_ask = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var processor = new Option<Uri?>("--processor") { Description = $"The processor's URL; if not given, the running AppHost's, else {LocalProcessor}." };
        var command = new Command("reconcile", "Compares the three stores line by line and tells what is under way: 0 they hold the same, 1 they differ, 3 a store is away.") { json, processor };
        command.SetAction((arguments, cancellationToken) => RunAsync(arguments.GetValue(json), arguments.GetValue(processor), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(bool asJson, Uri? processor, CancellationToken cancellationToken)
    {
        LocalSystem.Use();
        var builder = Host.CreateApplicationBuilder();
        builder.AddServiceDefaults();
        builder.AddS3();
        builder.AddDynamoDB();
        if ((builder.Configuration.GetConnectionString("warehouse") ?? Endpoints.Find("warehouse")) is not { Length: > 0 } connectionString)
        {
            Console.Error.WriteLine("There is no warehouse: no AppHost has run here, and ConnectionStrings__warehouse is not set.");
            return ExitCodes.Unusable;
        }
        using var host = builder.Build();
        await using var warehouse = NpgsqlDataSource.Create(connectionString);
        using var http = new HttpClient { Timeout = s_ask };
        var services = host.Services;
        try
        {
            var underWay = await UnderWay.AskAsync(
                http, new(processor ?? new Uri(Endpoints.Find("processor") ?? LocalProcessor), Endpoints.Find("localcloud") is { } url ? new Uri(url) : null), cancellationToken);
            var report = await new Reconciler(
                services.GetRequiredService<IAmazonS3>(), services.GetRequiredService<IAmazonDynamoDB>(), warehouse, services.GetRequiredService<PosResources>()).RunAsync(cancellationToken);
            Console.Out.WriteLine(asJson ? JsonSerializer.Serialize(ReconciliationAnswer.Of(report, underWay), ReconciliationJson.Default.ReconciliationAnswer) : ReconcileText.Of(report, underWay));
            return report.IsClean ? ExitCodes.Done : ExitCodes.Different;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Cancelled;
        }
        catch (Exception error) when (error is AmazonServiceException or AmazonClientException or HttpRequestException or NpgsqlException)
        {
            Console.Error.WriteLine($"reconcile failed: {error.Message}");
            return ExitCodes.Unavailable;
        }
    }
}
