using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Pos.AppHost.Hosting;

namespace Pos.AppHost.Commands;

/// <summary><em>Reconcile</em>: compares the three stores line by line and reports the result in a sentence.</summary>
internal static class ReconcileCommand
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(10);

    public static void WithReconcileCommand(
        this IResourceBuilder<PipelineResource> pipeline,
        EndpointReference lookup
    ) =>
        pipeline.WithCommand(
            "reconcile",
            "Reconcile",
            async context =>
            {
                using var http = new HttpClient { Timeout = s_timeout };
                var url = $"{await lookup.GetValueAsync(context.CancellationToken)}/reconciliation";
                try
                {
                    using var response = await http.GetAsync(url, context.CancellationToken);
                    var body = await response.Content.ReadFromJsonAsync<JsonElement>(context.CancellationToken);
                    if (!response.IsSuccessStatusCode)
                        return CommandResults.Failure(body.GetProperty("detail").GetString() ?? "Lookup failed.");
                    return body.GetProperty("clean").GetBoolean()
                        ? CommandResults.Success(Sentence(body))
                        : CommandResults.Failure(Sentence(body));
                }
                catch (HttpRequestException error)
                {
                    return CommandResults.Failure($"Lookup is unavailable: {error.Message}");
                }
            },
            new CommandOptions
            {
                Description = "Compares lake, lookup table and warehouse line by line.",
                IconName = "Checkmark",
                IsHighlighted = true,
                Progress = new CommandProgressOptions { Title = "Reconcile", Message = "Reading all three stores" },
            }
        );

    /// <summary>Puts the answer of <c>GET /reconciliation</c> in a sentence.</summary>
    internal static string Sentence(JsonElement answer)
    {
        var report = answer.GetProperty("stores");
        var lake = report.GetProperty("stores").EnumerateArray().First();
        var contents =
            $"{Count(lake.GetProperty("lines").GetInt64(), "line")} of "
            + Count(lake.GetProperty("purchases").GetInt64(), "purchase");
        if (answer.GetProperty("clean").GetBoolean())
            return $"All three stores have the same {contents}.";
        var differences = report.GetProperty("difference_count").GetInt64();
        var unreadable = report.GetProperty("unreadable_count").GetInt64();
        return $"The stores differ in {Count(differences, "line")}; {Count(unreadable, "item")} cannot be read. Lines "
            + "in flight count as differences, so try again when nothing is in flight. \"pos reconcile\" lists them.";
    }

    private static string Count(long number, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {noun}{(number == 1 ? "" : "s")}");
}
