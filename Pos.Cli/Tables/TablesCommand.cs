using System.CommandLine;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pos.ServiceDefaults;
using Pos.Storage;

namespace Pos.Cli.Tables;

/// <summary><c>pos tables copy</c>: copies lookup table and leases from another DynamoDB.</summary>
internal static class TablesCommand
{
    public static Command Create()
    {
        var from = new Option<Uri>("--from")
        {
            Description = "URL of the DynamoDB to copy from.",
            Required = true,
            CustomParser = argument => new Uri(argument.Tokens[0].Value),
        };
        var copy = new Command(
            "copy",
            "Copies lookup table and leases from another DynamoDB. Run it before any service writes to the new tables: "
                + "items that exist are replaced. Exit codes: 0 done, 3 a table is unavailable."
        )
        {
            from,
        };
        copy.SetAction((arguments, stop) => CopyAsync(arguments.GetValue(from)!, stop));
        return new Command("tables", "Manages lookup table and leases.") { copy };
    }

    private static async Task<int> CopyAsync(Uri from, CancellationToken cancellationToken)
    {
        LocalSystem.Use();
        var builder = Host.CreateApplicationBuilder();
        builder.AddServiceDefaults();
        builder.AddDynamoDB();
        builder.AddResourceNames();
        using var host = builder.Build();
        using var source = new AmazonDynamoDBClient(
            new BasicAWSCredentials("any", "any"),
            new AmazonDynamoDBConfig { ServiceURL = from.ToString(), AuthenticationRegion = "us-east-1" }
        );
        var resources = host.Services.GetRequiredService<PosResources>();
        try
        {
            var copy = new TableCopy(source, host.Services.GetRequiredService<IAmazonDynamoDB>());
            foreach (var table in TableCopy.TablesOf(resources))
                Console.Out.WriteLine(
                    await copy.RunAsync(table, cancellationToken) is { } items
                        ? $"table {table.TableName}: copied {items:N0} items"
                        : $"table {table.TableName}: not in {from}"
                );
            return ExitCodes.Done;
        }
        catch (Exception error) when (error is AmazonServiceException or AmazonClientException or HttpRequestException)
        {
            Console.Error.WriteLine($"Cannot copy from {from}: {error.Message}");
            return ExitCodes.Unavailable;
        }
    }
}
