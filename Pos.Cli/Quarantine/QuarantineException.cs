using Pos.Contracts;

namespace Pos.Cli.Quarantine;

/// <summary>The processor did not carry out a request.</summary>
/// <param name="exitCode">The exit code of <c>pos</c>.</param>
/// <param name="message">Why.</param>
/// <param name="errors">Every rule that a text breaks.</param>
internal sealed class QuarantineException(int exitCode, string message, IReadOnlyList<PurchaseError>? errors = null)
    : Exception(message)
{
    public int ExitCode => exitCode;
    public IReadOnlyList<PurchaseError> Errors => errors ?? [];
}
