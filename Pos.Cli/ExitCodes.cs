namespace Pos.Cli;

/// <summary>What <c>pos</c> tells the shell.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>The arguments or the file cannot be used; nothing was done.</summary>
    public const int Unusable = 1;

    /// <summary>All could be read, and the stores differ.</summary>
    public const int Different = 1;

    /// <summary>All was sent, and some rows were refused: the rejects file has them.</summary>
    public const int SomeRejected = 2;

    /// <summary>The target does not take more; <c>--resume</c> goes on where this stopped.</summary>
    public const int Unavailable = 3;

    /// <summary>Stopped by Ctrl-C (128 + SIGINT); <c>--resume</c> goes on where this stopped.</summary>
    public const int Cancelled = 130;
}
