using System.Globalization;

namespace Pos.Tests.EndToEnd;

/// <param name="Resource">What is killed.</param>
/// <param name="At">When, from the replay's start.</param>
/// <param name="Down">How long it is left so.</param>
internal sealed record Kill(string Resource, TimeSpan At, TimeSpan Down)
{
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Resource} at {At.TotalSeconds:0.0} s for {Down.TotalSeconds:0.0} s"
        );
}

/// <summary>Who is killed when. The same seed gives the same plan, if not the same interleaving.</summary>
internal static class KillPlan
{
    private const int More = 2;
    private static readonly string[] s_resources = ["processor", "ingest", "localcloud", "warehouse"];

    /// <summary>Kills each resource once, and some twice, at random moments; several may be down at a time.</summary>
    public static IReadOnlyList<Kill> Create(int seed, TimeSpan within)
    {
        var random = new Random(seed);
        var first = TimeSpan.FromSeconds(0.5);
        return
        [
            .. s_resources
                .Concat(Enumerable.Range(0, More).Select(_ => s_resources[random.Next(s_resources.Length)]))
                .Select(resource => new Kill(
                    resource,
                    first + (within - first) * random.NextDouble(),
                    TimeSpan.FromSeconds(2 * random.NextDouble())
                ))
                .OrderBy(kill => kill.At),
        ];
    }
}
