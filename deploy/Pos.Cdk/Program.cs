using System.CommandLine;
using Pos.Cdk;

var command = new RootCommand(
    "The deployment on AWS, as a CDK app. 'npx aws-cdk deploy' in this folder runs 'synth' and deploys the result."
)
{
    SynthCommand.Create(),
};
return command.Parse(args).Invoke();
