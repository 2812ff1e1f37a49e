using Pos.Contracts;

namespace Pos.Import;

/// <summary>What a replay is asked to do.</summary>
public sealed record ReplayOptions
{
    /// <summary>A CSV with a row per purchase line.</summary>
    public required FileInfo File { get; init; }

    /// <summary>0 for no limit.</summary>
    public double LinesPerSecond { get; init; }

    /// <summary>1 to <see cref="PurchaseLimits.MaxRequestPurchases"/>.</summary>
    public int PurchasesPerRequest { get; init; } = 250;

    /// <summary>Requests under way at once.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>Whether to go on where the last replay of the file stopped.</summary>
    public bool Resume { get; init; }

    /// <summary>Whether all times are moved by the same span, so that the newest is now.</summary>
    public bool ShiftToNow { get; init; }

    /// <summary>ISO 4217 code of rows that name none.</summary>
    public string DefaultCurrency { get; init; } = PurchaseRules.UsualCurrency;

    /// <summary>Where the rows go that were refused.</summary>
    public required string RejectsPath { get; init; }
}
