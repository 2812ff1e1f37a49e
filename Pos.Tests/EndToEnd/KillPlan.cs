using System.Globalization;

namespace Pos.Tests.EndToEnd;

/// <summary>One kill of a process.</summary>
/// <param name="Resource">The resource to kill.</param>
/// <param name="At">Time after the start of the replay.</param>
/// <param name="Downtime">Time until the restart.</param>
internal sealed record Kill(string Resource, TimeSpan At, TimeSpan Downtime)
{
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Resource} at {At.TotalSeconds:0.0} s for {Downtime.TotalSeconds:0.0} s"
        );
}

/// <summary>Plans kills at random. The same seed gives the same plan, but not the same interleaving.</summary>
internal static class KillPlan
{
    private const int ExtraKills = 2;
    private static readonly string[] s_resources = ["processor", "ingest", "localcloud", "warehouse"];

    /// <summary>
    /// Creates a plan that kills each resource once, and some twice, at random moments, which may overlap.
    /// </summary>
    public static IReadOnlyList<Kill> Create(int seed, TimeSpan within)
    {
        var random = new Random(seed);
        var first = TimeSpan.FromSeconds(0.5);
        return
        [
            .. s_resources
                .Concat(Enumerable.Range(0, ExtraKills).Select(_ => s_resources[random.Next(s_resources.Length)]))
                .Select(resource => new Kill(
                    resource,
                    first + (within - first) * random.NextDouble(),
                    TimeSpan.FromSeconds(2 * random.NextDouble())
                ))
                .OrderBy(kill => kill.At),
        ];
    }
}
