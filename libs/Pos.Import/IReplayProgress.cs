namespace Pos.Import;

/// <summary>Is told how a replay goes.</summary>
public interface IReplayProgress
{
    /// <summary>It begins.</summary>
    /// <param name="before">What an earlier replay of the file did, which this one goes on from.</param>
    /// <param name="rowsInAll">Of the file, about: a row may hold line ends.</param>
    void Start(ReplayTotals before, long rowsInAll);

    /// <summary>More is settled.</summary>
    /// <param name="totals">In all.</param>
    void Report(ReplayTotals totals);
}
