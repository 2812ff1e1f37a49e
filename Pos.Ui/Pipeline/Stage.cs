namespace Pos.Ui.Pipeline;

/// <summary>How a stage does.</summary>
public enum StageState
{
    /// <summary>Whoever knows does not answer.</summary>
    NotKnown,
    Running,

    /// <summary>It works, and not fast enough or not all of it.</summary>
    Behind,

    /// <summary>It cannot be reached.</summary>
    Away,
}

/// <summary>A box of the picture.</summary>
/// <param name="Key">Names it in addresses and styles.</param>
/// <param name="Name">For people.</param>
/// <param name="State">Null of what is not ours, and has none.</param>
/// <param name="Why">Where the state needs a reason.</param>
/// <param name="Facts">What is told of it.</param>
/// <param name="SendsTo">The names of the stages behind it.</param>
public sealed record Stage(
    string Key,
    string Name,
    StageState? State,
    string? Why,
    IReadOnlyList<Fact> Facts,
    params IReadOnlyList<string> SendsTo
)
{
    /// <summary>Whether something goes through it now.</summary>
    public bool IsFlowing { get; init; }

    public string StateText => TextOf(State);

    public static string TextOf(StageState? state) =>
        state switch
        {
            StageState.Running => "running",
            StageState.Behind => "behind",
            StageState.Away => "away",
            StageState.NotKnown => "not known",
            _ => "",
        };

    /// <summary>What changed between two pictures, in words; empty when nothing did.</summary>
    public static string Changes(IReadOnlyList<Stage> before, IReadOnlyList<Stage> now) =>
        string.Join(
            ' ',
            now.Where(stage =>
                    stage.State is not null
                    && before.FirstOrDefault(other => other.Key == stage.Key) is { } was
                    && was.State != stage.State
                )
                .Select(stage => $"{stage.Name}: {stage.StateText}.")
        );
}

/// <param name="Label">What it is.</param>
/// <param name="Value">As it is shown.</param>
public sealed record Fact(string Label, string Value);
