using System.CommandLine;
using Pos.Cdk;

var command = new RootCommand(
    "The system on AWS, as a CDK app. 'npx aws-cdk deploy' in this folder runs 'synth' and deploys what it wrote."
)
{
    SynthCommand.Create(),
};
return command.Parse(args).Invoke();
